/// Takes any text for a key and looks at its place on the disk, and any path for a place and looks for its key: there and
/// back gives the same, no name means anything to a file system but itself, and no two keys share one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKeyPath(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if KeyPath.isKey(bytes) { checkKey(bytes) }
  let path = String(decoding: bytes, as: UTF8.self).utf8.split(separator: UInt8(ascii: "/")).map { String($0)! }
  if let name = path.last { checkLocation(path.dropLast(), name) }
  return 0
}

private func checkKey(_ key: [UInt8]) {
  let path = KeyPath(key)
  for name in path.folders + [path.plainName, path.shadowName] {
    precondition((1...255).contains(name.utf8.count), "no name of a file")
    precondition(
      name != "." && name != ".." && name != ".vitrine" && !name.utf8.contains(0), "a name that leads astray")
    precondition(!name.utf8.contains(UInt8(ascii: "/")))
  }
  precondition(path.plainName != path.shadowName)
  precondition(KeyPath.key(folders: path.folders, name: path.plainName) == key, "the place is another key's")
  precondition(KeyPath.key(folders: path.folders, name: path.shadowName) == key, "the shadow is another key's")
}

private func checkLocation(_ folders: ArraySlice<String>, _ name: String) {
  guard let key = KeyPath.key(folders: Array(folders), name: name) else { return }
  let path = KeyPath(key)
  precondition(path.folders == Array(folders) && [path.plainName, path.shadowName].contains(name), "two places")
}
