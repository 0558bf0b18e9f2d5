internal import HTTPSemantics
internal import ImageStructure
internal import Storage
internal import ZipArchive

/// What pictures are called in an archive: as their uploaders called them, each different, as every system can write it.
struct SelectionMemberNames {
  /// Bytes of a name, extension included, that every file system takes with a number behind it.
  private static let longestName = 200

  /// In lower case, since some file systems do not tell cases apart.
  private var taken: Set<String> = []
  /// The number last given to a name that was taken.
  private var numbers: [String: Int] = [:]

  /// The name of the next picture.
  mutating func name(for metadata: PictureMetadata) -> String {
    let (stem, suffix) = Self.parts(of: metadata)
    var name = stem + suffix
    let wanted = name.lowercased()
    while !taken.insert(name.lowercased()).inserted {
      let number = numbers[wanted, default: 1] + 1
      numbers[wanted] = number
      name = "\(stem) (\(number))\(suffix)"
    }
    return name
  }

  /// The name, and the extension with its dot: the picture's true one, where its own says something else.
  private static func parts(of metadata: PictureMetadata) -> (stem: String, suffix: String) {
    let name = writable(metadata.originalName)
    var stem = name
    var suffix = ".\(FileName(clientSupplied: metadata.name.text).pathExtension)"
    if let dot = name.lastIndex(of: ".") {
      let kind = ImageKind.named(byExtension: name[name.index(after: dot)...])
      if kind != nil { stem = String(name[..<dot]) }
      if kind?.mediaType == metadata.mediaType { suffix = String(name[dot...]) }
    }
    if stem.allSatisfy({ $0 == "." || $0 == " " }) { stem = "picture" }
    // Of what Windows does not take, only names of devices, such as CON, are left.
    let portable = PortableName.of(Array((stem + suffix).utf8))
    stem = String(decoding: portable.dropLast(suffix.utf8.count), as: UTF8.self)
    return (stem.prefix(utf8Bytes: longestName - suffix.utf8.count), suffix)
  }

  /// Without what Windows does not take in a name, and what would change the look of the line that it stands in.
  private static func writable(_ name: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar {
      case "\\", "/", ":", "*", "?", "\"", "<", ">", "|": result.append("_")
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
          result.append("_")
        default: result.append(scalar)
        }
      }
    }
    return String(result)
  }
}
