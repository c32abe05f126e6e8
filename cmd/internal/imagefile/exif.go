package imagefile

import (
	"bytes"
	"encoding/binary"
)

// orientation finds the Exif orientation in the bytes of a picture file. A file
// that has none, or one that makes no sense, is upright.
func orientation(file []byte) placement {
	v, ok := firstShort(exif(file), tagOrientation)
	if !ok || v < 1 || v > 8 {
		return upright
	}
	return placement(v)
}

// exif finds the TIFF structure that holds a file's Exif tags, nil if there is
// none.
func exif(file []byte) []byte {
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8")):
		return exifOfJPEG(file[2:])
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return exifOfPNG(file[8:])
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		return exifOfWebP(file[12:])
	case bytes.HasPrefix(file, []byte("II*\x00")), bytes.HasPrefix(file, []byte("MM\x00*")):
		return file
	}
	return nil
}

// exifMark begins an Exif segment of a JPEG, and of some WebP files.
var exifMark = []byte("Exif\x00\x00")

// exifOfJPEG walks over the segments before the first scan.
func exifOfJPEG(p []byte) []byte {
	for len(p) >= 4 && p[0] == 0xff {
		marker := p[1]
		switch {
		case marker == 0xff: // fill
			p = p[1:]
			continue
		case marker == 0xda, marker == 0xd9: // the picture's data, the end
			return nil
		case marker == 0x01, marker >= 0xd0 && marker <= 0xd8: // without length
			p = p[2:]
			continue
		}
		length := 2 + int(binary.BigEndian.Uint16(p[2:]))
		if length < 4 || length > len(p) {
			return nil
		}
		if tiff, ok := bytes.CutPrefix(p[4:length], exifMark); ok && marker == 0xe1 {
			return tiff
		}
		p = p[length:]
	}
	return nil
}

func exifOfPNG(p []byte) []byte {
	for len(p) >= 8 {
		length := uint64(binary.BigEndian.Uint32(p))
		if length+12 > uint64(len(p)) {
			return nil
		}
		if string(p[4:8]) == "eXIf" {
			return p[8 : 8+length]
		}
		p = p[length+12:]
	}
	return nil
}

func exifOfWebP(p []byte) []byte {
	for len(p) >= 8 {
		length := uint64(binary.LittleEndian.Uint32(p[4:]))
		if length > uint64(len(p)-8) {
			return nil
		}
		if string(p[:4]) == "EXIF" {
			return bytes.TrimPrefix(p[8:8+length], exifMark)
		}
		p = p[min(8+length+length%2, uint64(len(p))):]
	}
	return nil
}
