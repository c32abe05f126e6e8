#!/usr/bin/env bash
# Renders the icons in this folder from ../icon.svg with Chromium. What a system
# cuts to a shape of its own (maskable, touch) stands on the page's ground, with
# room around it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# render NAME SIZE GROUND SHARE: an icon of SIZE pixels, the drawing on SHARE of it.
render() {
	local html svg
	svg=$(base64 -w0 ../icon.svg)
	html="<style>body{margin:0;height:100vh;display:grid;place-items:center;background:$3}img{width:$4}</style>"
	html+="<img src='data:image/svg+xml;base64,$svg'>"
	"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
		--window-size="$2,$2" --screenshot="$PWD/$1.png" "data:text/html;base64,$(base64 -w0 <<<"$html")" 2>/dev/null
}

render 192 192 transparent 100%
render 512 512 transparent 100%
render maskable-512 512 '#faf8f5' 66%
render touch-180 180 '#faf8f5' 76%
