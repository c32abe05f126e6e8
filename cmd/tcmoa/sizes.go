package main

import "fmt"

// bytesText is a size for a reader: "3.9 MB".
func bytesText(n int64) string { return si(n, "B") }

// countText is a count for a reader: "3.9 M".
func countText(n int64) string { return si(n, "") }

func si(n int64, unit string) string {
	v, prefixes := float64(n), []string{"", "k", "M", "G", "T"}
	i := 0
	for ; v >= 999.5 && i < len(prefixes)-1; i++ {
		v /= 1000
	}
	digits := 0
	if i > 0 && v < 99.95 {
		digits = 1
	}
	text := fmt.Sprintf("%.*f %s%s", digits, v, prefixes[i], unit)
	if i == 0 && unit == "" {
		return fmt.Sprint(n)
	}
	return text
}
