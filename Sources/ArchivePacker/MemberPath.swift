/// The name that a path from the command line gets in the archive: relative, and never upwards.
struct MemberPath: Equatable {
  /// The name, without a last slash; empty for the folder that everything is relative to, such as `.`.
  let name: [UInt8]
  /// A leading `/` was left out.
  let wasAbsolute: Bool
  /// Components up to the last `..` were left out.
  let hadParent: Bool

  private static let slash = UInt8(ascii: "/")

  init(_ path: [UInt8]) {
    let components = path.split(separator: Self.slash).filter { !$0.elementsEqual(".".utf8) }
    let parent = components.lastIndex { $0.elementsEqual("..".utf8) }
    name = [UInt8](components[(parent.map { $0 + 1 } ?? 0)...].joined(separator: [Self.slash]))
    wasAbsolute = path.first == Self.slash
    hadParent = parent != nil
  }
}
