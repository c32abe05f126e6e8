// Package archive writes ZIP archives of files that are stored as they are: what
// is compressed already, as PNG is, would not become smaller. It writes what
// stands between the files alone, so that their bytes can stay where they are.
//
// PKWARE: .ZIP File Format Specification (APPNOTE.TXT), sections 4.3 and 4.4.
package archive

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// File is one of an archive.
type File struct {
	Name string // with slashes between folders, in UTF-8
	Size int    // in bytes
	CRC  uint32 // its IEEE CRC-32
	Time time.Time
}

// ErrTooLarge is returned for what would need the ZIP64 extension: 4 GiB, or
// 65,535 files and more.
var ErrTooLarge = errors.New("the archive is too large")

// Archive is one that is being written.
type Archive struct {
	directory []byte
	files     int
	offset    int
}

// Constants of the format.
const (
	localSignature   = 0x04034b50
	centralSignature = 0x02014b50
	endSignature     = 0x06054b50
	version          = 20      // 2.0, which knows folders
	utf8Names        = 1 << 11 // general purpose bit flag
	stored           = 0       // the method of compression
)

// Add returns what comes before the bytes of the next file.
func (a *Archive) Add(f File) ([]byte, error) {
	common := binary.LittleEndian.AppendUint16(nil, version)
	common = binary.LittleEndian.AppendUint16(common, utf8Names)
	common = binary.LittleEndian.AppendUint16(common, stored)
	clock, date := dosTime(f.Time)
	common = binary.LittleEndian.AppendUint16(common, clock)
	common = binary.LittleEndian.AppendUint16(common, date)
	common = binary.LittleEndian.AppendUint32(common, f.CRC)
	common = binary.LittleEndian.AppendUint32(common, uint32(f.Size)) // compressed
	common = binary.LittleEndian.AppendUint32(common, uint32(f.Size)) // and not
	common = binary.LittleEndian.AppendUint16(common, uint16(len(f.Name)))
	common = binary.LittleEndian.AppendUint16(common, 0) // extra fields

	local := binary.LittleEndian.AppendUint32(nil, localSignature)
	local = append(local, common...)
	local = append(local, f.Name...)
	next := a.offset + len(local) + f.Size
	if next > math.MaxUint32 || a.files+1 >= math.MaxUint16 || len(f.Name) > math.MaxUint16 {
		return nil, ErrTooLarge
	}

	entry := binary.LittleEndian.AppendUint32(a.directory, centralSignature)
	entry = binary.LittleEndian.AppendUint16(entry, version) // that made it
	entry = append(entry, common...)
	entry = append(entry, make([]byte, 2+2+2+4)...) // comment, disk, attributes
	entry = binary.LittleEndian.AppendUint32(entry, uint32(a.offset))
	a.directory = append(entry, f.Name...)
	a.offset = next
	a.files++
	return local, nil
}

// End returns what comes behind the last file.
func (a *Archive) End() ([]byte, error) {
	if a.offset+len(a.directory) > math.MaxUint32 {
		return nil, ErrTooLarge
	}
	end := binary.LittleEndian.AppendUint32(a.directory, endSignature)
	end = append(end, make([]byte, 2+2)...) // disks
	end = binary.LittleEndian.AppendUint16(end, uint16(a.files))
	end = binary.LittleEndian.AppendUint16(end, uint16(a.files))
	end = binary.LittleEndian.AppendUint32(end, uint32(len(a.directory)))
	end = binary.LittleEndian.AppendUint32(end, uint32(a.offset))
	return binary.LittleEndian.AppendUint16(end, 0), nil // comment
}

// dosTime is a local time in steps of two seconds, from 1980 on.
func dosTime(t time.Time) (clock, date uint16) {
	if t.Year() < 1980 {
		t = time.Date(1980, 1, 1, 0, 0, 0, 0, t.Location())
	}
	clock = uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2)
	date = uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day())
	return clock, date
}
