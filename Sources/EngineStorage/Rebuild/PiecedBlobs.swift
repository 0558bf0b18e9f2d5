internal import Digests
internal import HTTPSemantics

/// Contents that were sent in pieces, as far as their blobs tell of them.
struct PiecedBlobs {
  private var pieces: [String: [Int: BlobSlice]] = [:]
  private var last: [FoundBlob] = []

  mutating func add(_ piece: BlobSlice, _ number: Int, of label: String) {
    pieces[label, default: [:]][number] = piece
  }

  /// A last piece, whose others may be found later.
  mutating func add(last blob: FoundBlob) { last.append(blob) }

  /// The last pieces, with those before them, or with nil where not all of these are there.
  /// - Returns: also how many pieces have no last one.
  func joined() -> (contents: [(last: FoundBlob, whole: FoundBlob?)], strays: Int) {
    var rest = pieces
    let contents = last.map { blob -> (FoundBlob, FoundBlob?) in
      guard let leading = blob.leading, let found = rest.removeValue(forKey: leading.label) else { return (blob, nil) }
      let before = (0..<leading.count).compactMap { found[$0] }
      guard before.count == leading.count else { return (blob, nil) }
      var whole = blob
      (whole.before, whole.etag) = (before, leading.etag)
      whole.md5 = Hexadecimal.decode(leading.etag.utf8, byteCount: MD5.byteCount)
      return (blob, whole)
    }
    return (contents, rest.values.reduce(0) { $0 + $1.count })
  }
}
