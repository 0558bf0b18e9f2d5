import S3Documents

/// Swift Testing has tags of its own.
typealias Tag = S3Documents.Tag

/// SplitMix64: the same sequence for the same seed, so that a failing property test fails again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

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
