# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Sourced by run: where Debian packages come from. That is the machine's own business: its apt configuration is asked
# (both of its formats, through apt itself), or HLRT_VM_MIRROR says it.

# "URI SUITE COMPONENT" of all that apt is configured for.
apt_sources() {
	command -v apt-get >/dev/null || return 0
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null | sort -u
}

# The mirror of Debian's main archive: a source with component main of a suite without a suffix.
debian_mirror() {
	local uri
	uri=${HLRT_VM_MIRROR:-$(apt_sources | awk '$3 == "main" && $2 !~ /[-\/]/ { print $1; exit }')}
	[ -n "$uri" ] || skip "no Debian mirror in apt's configuration; HLRT_VM_MIRROR=URI names one"
	echo "$uri"
}

# SUITE-security, where the machine has it: the newest kernel of a released suite. May print nothing.
security_mirror() {
	apt_sources | awk -v suite="$1-security" '$3 == "main" && $2 == suite { print $1; exit }'
}

# Options for mmdebstrap so that it goes through the same proxy as the machine's apt.
proxy_options() {
	local proxy
	command -v apt-config >/dev/null || return 0
	proxy=$(apt-config dump --format '%v%n' Acquire::http::Proxy)
	[ -z "$proxy" ] || printf '%s\n' "--aptopt=Acquire::http::Proxy \"$proxy\""
}
