package checkpoint

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// maxObjects bounds how many containers, marks and calls a pickle has: each
// costs a few hundred bytes of memory for one byte of pickle. A tensor takes
// seven.
const maxObjects = 1 << 18

// argument says what follows an opcode.
type argument byte

const (
	unknown argument = iota
	none
	bytes1 // so many bytes
	bytes2
	bytes4
	bytes8
	counted1 // a length of so many bytes, and as many bytes
	counted4
	counted8
	lines2 // two lines
)

// opcodes are those of pickle protocols 2 to 4 that PyTorch's pickles are made
// of. Those with texts for numbers, the extension registry and out-of-band
// buffers are not among them.
var opcodes = [256]argument{
	'.': none, '(': none, '0': none, '1': none, '2': none, // STOP, MARK, POP, POP_MARK, DUP
	'N': none, 0x88: none, 0x89: none, // NONE, NEWTRUE, NEWFALSE
	'J': bytes4, 'K': bytes1, 'M': bytes2, 'G': bytes8, // BININT, BININT1, BININT2, BINFLOAT
	0x8a: counted1, 0x8b: counted4, // LONG1, LONG4
	'X': counted4, 0x8c: counted1, 0x8d: counted8, // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8
	'T': counted4, 'U': counted1, // BINSTRING, SHORT_BINSTRING
	'B': counted4, 'C': counted1, 0x8e: counted8, // BINBYTES, SHORT_BINBYTES, BINBYTES8
	'}': none, ']': none, ')': none, 0x8f: none, // EMPTY_DICT, EMPTY_LIST, EMPTY_TUPLE, EMPTY_SET
	'd': none, 'l': none, 't': none, 0x91: none, // DICT, LIST, TUPLE, FROZENSET
	0x85: none, 0x86: none, 0x87: none, // TUPLE1, TUPLE2, TUPLE3
	'a': none, 'e': none, 's': none, 'u': none, 0x90: none, // APPEND, APPENDS, SETITEM, SETITEMS, ADDITEMS
	'h': bytes1, 'j': bytes4, 'q': bytes1, 'r': bytes4, 0x94: none, // BINGET, LONG_BINGET, BINPUT, LONG_BINPUT, MEMOIZE
	'c': lines2, 0x93: none, // GLOBAL, STACK_GLOBAL
	'R': none, 'b': none, 0x81: none, 0x92: none, 'Q': none, // REDUCE, BUILD, NEWOBJ, NEWOBJ_EX, BINPERSID
	0x80: bytes1, 0x95: bytes8, // PROTO, FRAME
}

// checkOpcodes walks over a pickle before it is loaded: the unpickler allocates
// whatever length a pickle claims, and this makes sure that the bytes are there.
func checkOpcodes(p []byte) error {
	objects := 0
	for at := 0; at < len(p); {
		op := p[at]
		rest := p[at+1:]
		size, ok := 0, true
		switch arg := opcodes[op]; arg {
		case unknown:
			return fmt.Errorf("opcode %#x at %d is none of a checkpoint's", op, at)
		case bytes1, bytes2, bytes4, bytes8:
			size = 1 << (arg - bytes1)
		case counted1, counted4, counted8:
			size, ok = counted(rest, arg)
		case lines2:
			for range 2 {
				n := bytes.IndexByte(rest[size:], '\n')
				if ok = ok && n >= 0; ok {
					size += n + 1
				}
			}
		}
		if !ok || size > len(rest) {
			return fmt.Errorf("opcode %#x at %d: its argument ends outside the pickle of %d bytes", op, at, len(p))
		}
		switch op {
		case '.':
			return nil
		case 0x95: // FRAME: its length is that of what follows
			if n := binary.LittleEndian.Uint64(rest); n > uint64(len(rest)-size) {
				return fmt.Errorf("frame at %d ends outside the pickle of %d bytes", at, len(p))
			}
		case '(', '}', ']', 0x8f, 'R', 0x81, 0x92, 'Q':
			if objects++; objects > maxObjects {
				return fmt.Errorf("more than %d objects", maxObjects)
			}
		}
		at += 1 + size
	}
	return errors.New("the pickle does not end")
}

// counted returns the size of an argument with a length before it.
func counted(p []byte, arg argument) (size int, ok bool) {
	var n uint64
	width := map[argument]int{counted1: 1, counted4: 4, counted8: 8}[arg]
	if len(p) < width {
		return 0, false
	}
	for i := width - 1; i >= 0; i-- {
		n = n<<8 | uint64(p[i])
	}
	if n > uint64(len(p)-width) {
		return 0, false
	}
	return width + int(n), true
}
