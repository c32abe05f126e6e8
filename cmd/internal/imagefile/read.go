package imagefile

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that image.Decode knows
	_ "image/png"
	"os"
	"path/filepath"
	"strings"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// Readable reports whether a file's extension is that of a format that Read
// knows.
func Readable(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp":
		return true
	}
	return false
}

// Read reads a picture file. Errors name the file.
func Read(path string) (*Picture, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// Decode reads a picture from the bytes of a file and turns it upright.
func Decode(data []byte) (*Picture, error) {
	cfg, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, errors.New("this is no picture that can be read: PNG, JPEG, TIFF, WebP and BMP can")
	case err != nil:
		return nil, unreadable(err)
	case cfg.Width < 1 || cfg.Height < 1 || cfg.Width > MaxPixels/cfg.Height:
		return nil, fmt.Errorf("the picture is %d×%d pixels: up to %d megapixels can be read", cfg.Width, cfg.Height, MaxPixels>>20)
	case format == "tiff" && planar(data):
		return nil, errors.New("the TIFF keeps its colours in separate planes: save it with interleaved colours (PlanarConfiguration 1)")
	case format == "tiff" && faxed(data): // whose black and white the decoder may swap
		return nil, errors.New("the TIFF is a fax of black and white: save it as a PNG")
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, unreadable(err)
	}
	return pack(img, format, orientation(data))
}

func unreadable(err error) error {
	return fmt.Errorf("the picture is damaged or of a rare kind (%w): save it anew as a PNG, or as an RGB or grey TIFF", err)
}
