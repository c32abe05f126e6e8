package evaluation

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// Print writes the report as a table for a reader: a line a metric, a column a
// method, since there are more metrics than columns fit a terminal.
func (r *Report) Print(w io.Writer) error {
	header := []string{""}
	for _, name := range r.methods {
		header = append(header, name+" ") // above the digits, not the mark
	}
	table := [][]string{header}
	for _, m := range r.metrics {
		if line := r.line(m); line != nil {
			table = append(table, line)
		}
	}
	legend := "mean ± standard deviation over the pairs; ↑ the higher the better, ↓ the lower"
	if len(r.methods) > 1 {
		legend += "; * the best"
	}
	_, err := fmt.Fprintf(w, "%s, %s: %s\n\n%s", r.Task, counted(r.Pairs, "pair"), legend, align(table))
	return err
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}

// line is a metric's line of the table, or nil if no pair has a value.
func (r *Report) line(m metric) []string {
	digits := r.digits(m)
	means, spreads := make([]string, len(r.methods)), make([]string, len(r.methods))
	best, pairs := math.Inf(-1), 0
	if m.lower {
		best = math.Inf(1)
	}
	for i, name := range r.methods {
		s, ok := r.Methods[name][m.name]
		if !ok {
			continue
		}
		means[i], spreads[i] = fmt.Sprintf("%.*f", digits, s.Mean), fmt.Sprintf("%.*f", digits, s.Std)
		if m.lower == (s.Mean < best) {
			best = s.Mean
		}
		pairs = s.Pairs
	}
	if math.IsInf(best, 0) {
		return nil
	}
	label := m.name + " ↑"
	if m.lower {
		label = m.name + " ↓"
	}
	if pairs > 0 {
		label += " (" + counted(pairs, "pair") + ")"
	}
	line := []string{label}
	for i, mean := range means {
		cell := ""
		if mean != "" {
			// What reads the same is as good as the best.
			mark := " "
			if len(means) > 1 && mean == fmt.Sprintf("%.*f", digits, best) {
				mark = "*"
			}
			cell = mean + " ± " + spreads[i] + mark
		}
		line = append(line, cell)
	}
	return line
}

// digits is how many decimals a metric's values have, for about four that tell.
func (r *Report) digits(m metric) int {
	most := 0.0
	for _, statistics := range r.Methods {
		most = max(most, math.Abs(statistics[m.name].Mean))
	}
	switch {
	case most >= 1000:
		return 0
	case most >= 100:
		return 1
	case most >= 10:
		return 2
	case most >= 2:
		return 3
	}
	return 4
}

// align sets the first column left and the others right.
func align(table [][]string) string {
	widths := make([]int, len(table[0]))
	for _, line := range table {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, line := range table {
		var out strings.Builder
		for i, cell := range line {
			room := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				out.WriteString(cell + room)
			} else {
				out.WriteString("  " + room + cell)
			}
		}
		text.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
	return text.String()
}
