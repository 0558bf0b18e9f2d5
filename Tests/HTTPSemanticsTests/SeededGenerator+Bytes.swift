import RandomFixture

extension SeededGenerator {
  mutating func bytes(upTo limit: Int) -> [UInt8] {
    (0..<Int.random(in: 0...limit, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// Bytes of which many are elements of `favoured`, to come near a parser's edges.
  mutating func bytes(upTo limit: Int, favouring favoured: [UInt8]) -> [UInt8] {
    (0..<Int.random(in: 0...limit, using: &self)).map { _ in
      Bool.random(using: &self) ? favoured.randomElement(using: &self)! : UInt8.random(in: 0...255, using: &self)
    }
  }

  mutating func text(upTo limit: Int) -> String {
    let alphabet: [Unicode.Scalar] = [
      "a", "Z", "0", " ", "\"", "\\", "/", "%", "'", "<", "&", "\n", "\r", "\t", "\0", "\u{7F}", "\u{85}", "é", "ß",
      "Ж", "\u{2028}", "\u{202E}", "€", "\u{FFFD}", "\u{1F600}", "\u{10FFFF}",
    ]
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...limit, using: &self) { scalars.append(alphabet.randomElement(using: &self)!) }
    return String(scalars)
  }
}

extension [UInt8] {
  init(_ text: String) {
    self = Array(text.utf8)
  }

  var text: String { String(decoding: self, as: UTF8.self) }
}
