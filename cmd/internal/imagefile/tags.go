package imagefile

import "encoding/binary"

// Tags of a TIFF directory.
const (
	tagCompression = 0x0103
	tagOrientation = 0x0112
	tagPlanar      = 0x011C
)

// planar reports whether a TIFF file keeps each colour in a plane of its own.
func planar(file []byte) bool {
	v, _ := firstShort(file, tagPlanar)
	return v == 2
}

// faxed reports whether a TIFF file is compressed by CCITT's methods, which are
// those of bilevel pictures.
func faxed(file []byte) bool {
	v, _ := firstShort(file, tagCompression)
	return v >= 2 && v <= 4
}

// firstShort returns the first value of a 16-bit tag in the first directory of
// a TIFF structure.
func firstShort(tiff []byte, tag uint16) (uint16, bool) {
	if len(tiff) < 8 {
		return 0, false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0, false
	}
	const short, entrySize = 3, 12
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entrySize {
			break
		}
		if order.Uint16(entries) == tag {
			// Values of up to four bytes, which is all that these tags have, stand
			// in the entry itself.
			count := order.Uint32(entries[4:])
			return order.Uint16(entries[8:]), order.Uint16(entries[2:]) == short && (count == 1 || count == 2)
		}
		entries = entries[entrySize:]
	}
	return 0, false
}
