import RandomFixture
import S3Documents

/// Swift Testing has tags of its own.
typealias Tag = S3Documents.Tag

extension SeededGenerator {
  /// A text of pieces out of `pieces`.
  mutating func text(of pieces: [String], upTo limit: Int) -> String {
    (0..<Int.random(in: 0...limit, using: &self)).map { _ in pieces.randomElement(using: &self)! }.joined()
  }
}

extension [UInt8] {
  init(_ text: String) {
    self = Array(text.utf8)
  }

  var text: String { String(decoding: self, as: UTF8.self) }
}

let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
let s3Namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
