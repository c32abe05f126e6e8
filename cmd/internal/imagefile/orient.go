package imagefile

// placement is an Exif orientation: how the stored picture has to be turned to
// stand upright, 1 (not at all) to 8.
type placement int

const upright placement = 1

// transposed reports whether the stored rows become columns.
func (o placement) transposed() bool { return o >= 5 }

// mirrored reports whether the stored columns and rows run backwards.
func (o placement) mirrored() (x, y bool) {
	switch o {
	case 2, 8:
		return true, false
	case 3, 7:
		return true, true
	case 4, 6:
		return false, true
	}
	return false, false
}

// turn fills dst with the pixels of a stored width×height picture, upright, and
// returns the size that it then has. A stored pixel's place is linear in its
// coordinates, whatever the orientation.
func turn[T sample](dst []T, channels, width, height int, o placement, read rows[T]) (w, h int) {
	w, h = width, height
	stepX, stepY := 1, width // in pixels of the result
	if o.transposed() {
		w, h = height, width
		stepX, stepY = height, 1
	}
	start := 0
	backX, backY := o.mirrored()
	if backX {
		start, stepX = start+(width-1)*stepX, -stepX
	}
	if backY {
		start, stepY = start+(height-1)*stepY, -stepY
	}
	row := make([]T, channels*width)
	for y := range height {
		read(row, y)
		at := start + y*stepY
		if stepX == 1 {
			copy(dst[channels*at:], row)
			continue
		}
		for x := range width {
			to := channels * (at + x*stepX)
			copy(dst[to:to+channels], row[channels*x:])
		}
	}
	return w, h
}
