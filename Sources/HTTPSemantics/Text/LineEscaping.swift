/// User text as part of one line of a log.
///
/// Controls (C0, DEL, C1 with U+0085), U+2028, U+2029, bidirectional overrides and isolates, and bytes that are not
/// UTF-8 are written byte by byte as `\xNN`, a backslash as `\\`; all else stands as it is. So the escaped text never
/// breaks or reorders a line, and no two inputs give the same one.
public enum LineEscaping {
  /// What stands at the end of a text that was cut. No escape looks like it.
  public static let cutMark = "\\…"

  /// The escaped form of `bytes`, of at most `limit` bytes.
  ///
  /// A longer one is cut between two characters or escapes, and ends with `cutMark`, which counts too (it is left out
  /// where not even it fits).
  public static func escape(_ bytes: [UInt8], limit: Int = .max) -> String {
    var output = Output(limit: max(0, limit))
    var start = bytes.startIndex
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    parsing: while !output.isFull {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded):
        let end = start + encoded.count
        if isPlain(UTF8.decode(encoded)) {
          output.append(bytes[start..<end])
        } else {
          output.appendEscaped(bytes[start..<end])
        }
        start = end
      case .error(let length):
        output.appendEscaped(bytes[start..<start + length])
        start += length
      case .emptyInput:
        break parsing
      }
    }
    return output.text
  }

  /// The escaped form of `text`, of at most `limit` bytes.
  public static func escape(_ text: String, limit: Int = .max) -> String {
    escape(Array(text.utf8), limit: limit)
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "\\" && !UnsafeText.isControl(scalar) && !UnsafeText.isLineSeparator(scalar)
      && !UnsafeText.isBidiControl(scalar)
  }
}

/// Escaped text up to a limit, with the place remembered at which it would have to be cut.
private struct Output {
  let limit: Int
  var bytes: [UInt8] = []
  var cut = 0
  var isFull = false

  init(limit: Int) {
    self.limit = limit
  }

  mutating func append(_ piece: ArraySlice<UInt8>) {
    guard piece.count <= limit - bytes.count else {
      isFull = true
      return
    }
    bytes.append(contentsOf: piece)
    if bytes.count <= limit - LineEscaping.cutMark.utf8.count { cut = bytes.count }
  }

  /// One piece, so that a code point's escapes stay together.
  mutating func appendEscaped(_ piece: ArraySlice<UInt8>) {
    if piece.elementsEqual([ASCII.backslash]) { return append([ASCII.backslash, ASCII.backslash]) }
    var escape: [UInt8] = []
    for byte in piece {
      escape += [
        ASCII.backslash, UInt8(ascii: "x"), Hexadecimal.upperCaseDigit(byte >> 4), Hexadecimal.upperCaseDigit(byte),
      ]
    }
    append(escape[...])
  }

  var text: String {
    guard isFull else { return String(decoding: bytes, as: UTF8.self) }
    let mark = LineEscaping.cutMark.utf8.count <= limit ? LineEscaping.cutMark : ""
    return String(decoding: bytes[..<cut], as: UTF8.self) + mark
  }
}
