import Storage
import Testing

@testable import LocalStorage

struct KeyPathTests {
  @Test(arguments: [
    ("cat.jpg", "cat.jpg"), ("a/b/c.jpg", "a/b/c.jpg"), ("a/", "a/.~e"), ("/a", ".~e/a"), ("a//b", "a/.~e/b"),
    (".", ".~d"), ("../x", ".~D/x"), (".vitrine/index.db", ".~v/index.db"), (".~odd", ".~qodd"), ("/", ".~e/.~e"),
    ("ключ/файл", "ключ/файл"), (".hidden", ".hidden"),
  ])
  func keysHaveDocumentedPlaces(key: String, location: String) {
    let path = KeyPath(Array(key.utf8))
    #expect((path.folders + [path.plainName]).joined(separator: "/") == location)
    #expect(KeyPath.key(folders: path.folders, name: path.plainName) == Array(key.utf8))
    #expect(KeyPath.key(folders: path.folders, name: path.shadowName) == Array(key.utf8))
  }

  @Test func longSegmentsAreSplitAndComeBack() {
    for length in [249, 250, 251, 255, 256, 500, 501, 1_024] {
      let key = Array(String(repeating: "x", count: length).utf8)
      let path = KeyPath(key)
      #expect((path.folders + [path.shadowName]).allSatisfy { $0.utf8.count <= 255 })
      #expect(KeyPath.key(folders: path.folders, name: path.plainName) == key)
    }
    let key = Array((String(repeating: "я", count: 400) + "/" + String(repeating: "z", count: 200)).utf8)
    let path = KeyPath(key)
    #expect(KeyPath.key(folders: path.folders, name: path.plainName) == key)
  }

  @Test func placesOfNoKeyAreNotRead() {
    for location in [[".~"], [".~x"], [".~e1"], [".~lpart"], [".~mpart"], [".~qplain"], ["", "a"], [".~e", ".~s"]] {
      let key = KeyPath.key(folders: Array(location.dropLast()), name: location[location.count - 1])
      #expect(
        key == nil || KeyPath(key!).plainName == location.last || KeyPath(key!).shadowName == location.last,
        "\(location)")
    }
    #expect(KeyPath.key(folders: [], name: ".~x") == nil)
    #expect(KeyPath.key(folders: [".~lpart"], name: "a") == nil)
  }

  @Test func randomKeysKeepApart() {
    var generator = SystemRandomNumberGenerator()
    let pieces = ["", ".", "..", "/", "a", ".~", ".vitrine", "s", "e", "q", "é", "long"]
    var seen: [String: [UInt8]] = [:]
    for _ in 0..<5_000 {
      var key = ""
      for _ in 0..<Int.random(in: 1...8, using: &generator) { key += pieces.randomElement(using: &generator)! }
      guard !key.isEmpty else { continue }
      let bytes = Array(key.utf8)
      let path = KeyPath(bytes)
      for name in [path.plainName, path.shadowName] {
        let location = (path.folders + [name]).joined(separator: "/")
        #expect(seen[location] == nil || seen[location] == bytes, "\(location)")
        seen[location] = bytes
        #expect(KeyPath.key(folders: path.folders, name: name) == bytes, "\(key)")
      }
    }
  }
}
