//go:build js && wasm

package main

import "syscall/js"

// foldersOf are the entries of a drop that has folders in it, nil where it has
// files alone. It must be asked while the drop is being handled.
func foldersOf(transfer js.Value) (entries []js.Value) {
	items := transfer.Get("items")
	folders := false
	for i := range items.Length() {
		entry := items.Index(i).Call("webkitGetAsEntry")
		if entry.Truthy() {
			entries = append(entries, entry)
			folders = folders || entry.Get("isDirectory").Bool()
		}
	}
	if !folders {
		return nil
	}
	return entries
}

// filesWithin are the files of entries and of the folders among them. Each has
// its path as webkitRelativePath, as files of a chosen folder do. What cannot be
// read is left out.
func filesWithin(entries []js.Value) (files []js.Value) {
	for _, entry := range entries {
		if entry.Get("isFile").Bool() {
			file, err := await(promise(entry, "file"))
			if err != nil {
				continue
			}
			js.Global().Get("Object").Call("defineProperty", file, "webkitRelativePath", map[string]any{
				"value": entry.Get("fullPath").String()[1:],
			})
			files = append(files, file)
			continue
		}
		reader := entry.Call("createReader")
		for { // it gives some at a time, and none at the end
			list, err := await(promise(reader, "readEntries"))
			if err != nil || list.Length() == 0 {
				break
			}
			within := make([]js.Value, list.Length())
			for i := range within {
				within[i] = list.Index(i)
			}
			files = append(files, filesWithin(within)...)
		}
	}
	return files
}

// promise is what a method gives that takes two callbacks.
func promise(of js.Value, method string) js.Value {
	start := js.FuncOf(func(_ js.Value, args []js.Value) any {
		of.Call(method, args[0], args[1])
		return nil
	})
	defer start.Release() // it is called at once
	return js.Global().Get("Promise").New(start)
}
