/// Gives each path a name of its own in the archive, folder by folder: names that can stay do, others are changed, and
/// numbered where what they become is taken.
struct NameTree {
  private static let slash = UInt8(ascii: "/")

  /// How names, without their path, are changed, and when two of them are one.
  struct Rules: Sendable {
    var change: @Sendable (ArraySlice<UInt8>) -> [UInt8]
    var key: @Sendable ([UInt8]) -> String

    /// Only what is no UTF-8 is changed; names are distinguished by their bytes.
    static let readable = Rules(
      change: { isUTF8(Array($0)) ? Array($0) : ReadableName.of($0) },
      key: { name in String(String.UnicodeScalarView(name.map { Unicode.Scalar($0) })) })
    /// What every system can write, also those that do not tell cases or normal forms apart.
    static let portable = Rules(change: { PortableName.of(Array($0)) }, key: PortableName.folded)
  }

  private let rules: Rules
  /// Paths of folders that keep their names, with their keys.
  private var spellings: [[UInt8]: String] = [[]: ""]
  /// The one of these that was asked for last: most files follow another one of their folder.
  private var last: (path: [UInt8], key: String) = ([], "")
  /// Paths of folders that cannot keep their names.
  private var moved: Set<[UInt8]> = []
  /// The paths in the archive of what gets another one; without a last slash.
  private var settled: [[UInt8]: [UInt8]] = [:]
  /// What is in use: the keys of names behind those of their folders.
  private var taken: Set<String> = []
  /// The number last put in a name because it was taken, by what the name is with the first one: long names are cut for
  /// it, and may become one.
  private var numbers: [String: Int] = [:]

  init(_ rules: Rules) {
    self.rules = rules
  }

  /// The names in the archive, in the order of these, of which no two are equal.
  mutating func names(for names: [[UInt8]]) -> [[UInt8]] {
    // First those that can stay, so that a name is changed only where it has to be.
    let staying = names.map { keep($0) }
    return zip(names, staying).map { name, stays in stays ? name : changed(name) }
  }

  /// Whether a name stays as it is; then it is in use, as are the folders above it.
  private mutating func keep(_ name: [UInt8]) -> Bool {
    guard name.last != Self.slash else { return keepFolder(name.dropLast()) != nil }
    let (folder, component) = Self.parts(name)
    guard let folderKey = keepFolder(folder) else { return false }
    return claim(component, in: folderKey) != nil
  }

  /// The key of a folder that keeps its name; nil for one that does not.
  private mutating func keepFolder(_ path: ArraySlice<UInt8>) -> String? {
    if path.elementsEqual(last.path) { return last.key }
    let whole = Array(path)
    if let key = spellings[whole] {
      last = (whole, key)
      return key
    }
    guard !moved.contains(whole) else { return nil }
    let (folder, component) = Self.parts(whole)
    guard let folderKey = keepFolder(folder), let key = claim(component, in: folderKey) else {
      moved.insert(whole)
      return nil
    }
    spellings[whole] = key
    last = (whole, key)
    return key
  }

  /// Takes a name into use, if it needs no change and is free.
  /// - Returns: its key.
  private mutating func claim(_ component: ArraySlice<UInt8>, in folderKey: String) -> String? {
    let wanted = rules.change(component)
    guard wanted.elementsEqual(component) else { return nil }
    let key = folderKey + "/" + rules.key(wanted)
    return taken.insert(key).inserted ? key : nil
  }

  /// The name for one that cannot stay.
  private mutating func changed(_ name: [UInt8]) -> [UInt8] {
    name.last == Self.slash ? settle(Array(name.dropLast())) + [Self.slash] : settle(name)
  }

  private mutating func settle(_ path: [UInt8]) -> [UInt8] {
    if spellings[path] != nil { return path }
    if let known = settled[path] { return known }
    let (original, component) = Self.parts(path)
    let folder = settle(Array(original))
    let wanted = rules.change(component)
    let folderKey = key(ofFolder: folder)
    var free = wanted
    var freeKey = folderKey + "/" + rules.key(wanted)
    if !taken.insert(freeKey).inserted {
      let numbered = folderKey + "/" + rules.key(PortableName.numbered(wanted, 2))
      repeat {
        let number = numbers[numbered, default: 1] + 1
        numbers[numbered] = number
        free = PortableName.numbered(wanted, number)
        freeKey = folderKey + "/" + rules.key(free)
      } while !taken.insert(freeKey).inserted
    }
    let result = folder.isEmpty ? free : folder + [Self.slash] + free
    settled[path] = result
    return result
  }

  /// The key of a folder in the archive: those of its names, one behind the other.
  private func key(ofFolder path: [UInt8]) -> String {
    path.split(separator: Self.slash).reduce("") { $0 + "/" + rules.key(Array($1)) }
  }

  private static func parts(_ path: [UInt8]) -> (folder: ArraySlice<UInt8>, name: ArraySlice<UInt8>) {
    guard let end = path.lastIndex(of: slash) else { return ([], path[...]) }
    return (path[..<end], path[(end + 1)...])
  }
}
