/// Gives each path that is not UTF-8 a name of its own among its siblings, folder by folder.
struct PortableNameTree {
  private static let slash = UInt8(ascii: "/")
  /// The longest name that common file systems take.
  private static let longestComponent = 255

  /// Every path in use in the archive, folders included, without a last slash.
  private var taken: Set<[UInt8]> = []
  /// The path in the archive of each path, folders included, that is not UTF-8.
  private var portablePaths: [[UInt8]: [UInt8]] = [:]
  /// The number last put in a name because the path was taken.
  private var numbers: [[UInt8]: Int] = [:]

  /// Marks a name that stays as it is, and the folders above it, as in use.
  mutating func take(_ name: [UInt8]) {
    var path = name.last == Self.slash ? name.dropLast() : name[...]
    // Once a folder is known, so are those above it.
    while taken.insert([UInt8](path)).inserted, let end = path.lastIndex(of: Self.slash) {
      path = path[..<end]
    }
  }

  /// The name in the archive for one that is not UTF-8. The same path always gets the same name.
  mutating func portableName(for name: [UInt8]) -> [UInt8] {
    let isDirectory = name.last == Self.slash
    let path = isDirectory ? name.dropLast() : name[...]
    let wellFormedEnd = firstIllFormedIndex(of: path)
    var portable: [UInt8] = []
    var pending: [ArraySlice<UInt8>] = []
    var rest = path
    // Upwards to a folder whose name is settled, then down again.
    while true {
      if rest.endIndex <= wellFormedEnd {
        portable = [UInt8](rest)
        break
      }
      if let known = portablePaths[[UInt8](rest)] {
        portable = known
        break
      }
      pending.append(rest)
      guard let end = rest.lastIndex(of: Self.slash) else { break }
      rest = rest[..<end]
    }
    for original in pending.reversed() {
      portable = settle([UInt8](original), folder: portable)
    }
    return isDirectory ? portable + [Self.slash] : portable
  }

  /// Gives a path a free name in a folder whose own name is settled.
  private mutating func settle(_ original: [UInt8], folder: [UInt8]) -> [UInt8] {
    let nameStart = original.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0
    let prefix = nameStart == 0 ? [] : folder + [Self.slash]
    let component = Self.portableComponent(original[nameStart...])
    let wanted = prefix + component
    var path = wanted
    while !taken.insert(path).inserted {
      let number = numbers[wanted, default: 1] + 1
      numbers[wanted] = number
      path = prefix + Self.numbered(component, number)
    }
    portablePaths[original] = path
    return path
  }

  /// Every byte that is not UTF-8 as `%XX`, or as `_` where that would be too long for a file system.
  private static func portableComponent(_ component: ArraySlice<UInt8>) -> [UInt8] {
    let escaped = replacingIllFormedBytes(of: component) { [UInt8(ascii: "%"), hexDigit($0 >> 4), hexDigit($0 & 15)] }
    guard escaped.count > longestComponent else { return escaped }
    return replacingIllFormedBytes(of: component) { _ in [UInt8(ascii: "_")] }
  }

  private static func replacingIllFormedBytes(
    of component: ArraySlice<UInt8>, with replacement: (UInt8) -> [UInt8]
  ) -> [UInt8] {
    var result: [UInt8] = []
    var index = component.startIndex
    while index < component.endIndex {
      if let length = wellFormedSequenceLength(at: index, of: component) {
        result += component[index..<index + length]
        index += length
      } else {
        result += replacement(component[index])
        index += 1
      }
    }
    return result
  }

  /// `photo.jpg` and 2 give `photo~2.jpg`.
  private static func numbered(_ component: [UInt8], _ number: Int) -> [UInt8] {
    let stemEnd = component.lastIndex(of: UInt8(ascii: ".")) ?? component.endIndex
    return component[..<stemEnd] + [UInt8](("~" + String(number)).utf8) + component[stemEnd...]
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
