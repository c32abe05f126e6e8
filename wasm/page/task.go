//go:build js && wasm

package main

// task is a kind of pair. parts names what its two sources are.
type task struct {
	id    string
	name  string
	parts [2]string
}

// tasks in the order of the page's choice; the first is chosen at the start.
var tasks = []*task{
	{id: "mef", name: "Exposure", parts: [2]string{"Over-exposed", "Under-exposed"}},
	{id: "mff", name: "Focus", parts: [2]string{"Near focus", "Far focus"}},
	{id: "vif", name: "Infrared", parts: [2]string{"Visible", "Infrared"}},
}

// taskByID is nil for a task that the page does not know.
func taskByID(id string) *task {
	for _, t := range tasks {
		if t.id == id {
			return t
		}
	}
	return nil
}
