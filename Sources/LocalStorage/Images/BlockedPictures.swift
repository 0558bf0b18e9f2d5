internal import Digests
internal import HTTPSemantics
internal import Posix
public import Storage

/// The pictures that are blocked, in one file of the private folder: no index that is built anew forgets them. A change
/// is effective at once in every process.
public final class BlockedPictures: Sendable {
  private let document: SharedDocument<[[UInt8]: BlockedPicture]>

  /// The list of a data folder.
  public init(in folder: PrivateFolder) {
    document = SharedDocument(in: folder, named: "blocked.json", empty: [:]) { json in
      // One that cannot be read must not pass for one that is not blocked.
      json["blocked"]?.recordList(limit: .max) { BlockedPicture($0) }.map { list in
        Dictionary(list.map { ($0.sha256, $0) }) { _, last in last }
      }
    } encode: { pictures in
      ["v": 1, "blocked": .array(pictures.values.sorted { $0.blocked < $1.blocked }.map(\.json))]
    }
  }

  /// Whether a picture is blocked, by its SHA-256.
  public func contains(_ sha256: [UInt8]) throws(StorageError) -> Bool {
    try document.current()[sha256] != nil
  }

  /// All of them, the newest first.
  public func all() throws(StorageError) -> [BlockedPicture] {
    try document.current().values.sorted { ($0.blocked, $0.name) > ($1.blocked, $1.name) }
  }

  /// Blocks pictures; one that is blocked already stays as it is.
  public func add(_ added: [BlockedPicture]) throws(StorageError) {
    try document.change { (pictures) throws(StorageError) in
      for picture in added where pictures[picture.sha256] == nil { pictures[picture.sha256] = picture }
    }
  }

  /// Lets a picture be stored again. Throws `notFound`.
  public func remove(_ sha256: [UInt8]) throws(StorageError) {
    try document.change { (pictures) throws(StorageError) in
      guard pictures.removeValue(forKey: sha256) != nil else { throw .noSuchKey }
    }
  }
}

extension BlockedPicture {
  fileprivate var json: JSONValue {
    [
      "sha256": .string(Hexadecimal.encode(sha256)), "name": .string(name),
      "blocked": .int(blocked.totalNanoseconds),
    ]
  }

  fileprivate init?(_ json: JSONValue) {
    guard let text = json["sha256"]?.stringValue,
      let sha256 = Hexadecimal.decode(text.utf8, byteCount: SHA256.byteCount),
      let blocked = json["blocked"]?.intValue
    else { return nil }
    self.init(
      sha256: sha256, name: json["name"]?.stringValue ?? "", blocked: Timestamp(totalNanoseconds: blocked))
  }
}
