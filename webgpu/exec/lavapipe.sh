#!/usr/bin/env bash
# Fetches Mesa's software Vulkan driver, lavapipe, for the tests, without
# installing anything: its packages, and the Vulkan loader's, are unpacked into a
# cache folder. Prints the folder of the libraries, for LD_LIBRARY_PATH; the
# driver's ICD file, for VK_DRIVER_FILES, is lvp_icd.json in it.
#
# The driver of Debian bookworm itself is too old for Dawn, so this takes
# bookworm-backports from whatever mirror the machine uses.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
cache=${TCMOA_CACHE:-$root/.cache}/lavapipe
libraries=$cache/tree/usr/lib/x86_64-linux-gnu
icd=$libraries/lvp_icd.json
if [[ -f $icd ]]; then
	echo "$libraries"
	exit
fi

mkdir -p "$cache"/{lists/partial,archives/partial,tree}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | sort -u | head -n 1)
for suite in bookworm bookworm-backports; do
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
done >"$cache/sources.list"
options=(-q -o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache"
	-o "Dir::Etc::sourcelist=$cache/sources.list" -o "Dir::Etc::sourceparts=/dev/null"
	-o "APT::Sandbox::User=$(id -un)")
apt-get "${options[@]}" update >&2

cd "$cache/archives"
apt-get "${options[@]}" download -t bookworm-backports \
	mesa-vulkan-drivers libdrm2 libdrm-amdgpu1 libvulkan1 libxshmfence1 libllvm15 >&2
for package in *.deb; do
	dpkg -x "$package" "$cache/tree"
done
if LD_LIBRARY_PATH=$libraries ldd "$libraries/libvulkan_lvp.so" | grep 'not found' >&2; then
	echo "lavapipe: install the packages of these libraries" >&2
	exit 1
fi
rm -r "$cache/archives" "$cache/lists"
cat >"$icd" <<EOF
{"file_format_version": "1.0.0", "ICD": {"library_path": "$libraries/libvulkan_lvp.so", "api_version": "1.4.305"}}
EOF
echo "$libraries"
