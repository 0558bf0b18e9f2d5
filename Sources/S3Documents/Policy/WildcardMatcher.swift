/// Holds pieces that stand between `*` against a text, in time that grows with the lengths of both, not with their
/// product: each piece is looked for from where the one before it ended, and no character is looked at again for that.
struct WildcardMatcher {
  /// What stands for any one character: no UTF-8 has it.
  static let anyCharacter = UInt32.max
  /// The longest piece with such characters that is looked for: longer than any resource is.
  static let longestMask = 2_048

  /// Steps that were made.
  private(set) var steps = 0
  /// Whether a piece was too long to be looked for, so that nothing is known.
  private(set) var isBeyondBounds = false

  /// Whether the pieces, with any characters between them, make up the text.
  /// - Parameter pieces: at least one.
  mutating func matches(_ pieces: [[UInt32]], _ text: [UInt32]) -> Bool {
    steps += pieces.count
    guard let first = pieces.first, let last = pieces.last else { return false }
    guard pieces.reduce(0, { $0 + $1.count }) <= text.count, fits(first, text, at: 0) else { return false }
    guard pieces.count > 1 else { return first.count == text.count }
    let end = text.count - last.count
    guard fits(last, text, at: end) else { return false }
    var position = first.count
    for piece in pieces[1..<(pieces.count - 1)] {
      guard let found = find(piece, in: text, position..<end) else { return false }
      position = found + piece.count
    }
    return true
  }

  private mutating func fits(_ piece: [UInt32], _ text: [UInt32], at start: Int) -> Bool {
    for (offset, character) in piece.enumerated() {
      steps += 1
      guard character == text[start + offset] || character == Self.anyCharacter else { return false }
    }
    return true
  }

  /// Where the piece stands first in a range of the text.
  private mutating func find(_ piece: [UInt32], in text: [UInt32], _ range: Range<Int>) -> Int? {
    guard piece.count <= range.count else { return nil }
    return piece.contains(Self.anyCharacter) ? findMasked(piece, in: text, range) : findExact(piece, in: text, range)
  }

  /// By the algorithm of Knuth, Morris and Pratt.
  private mutating func findExact(_ piece: [UInt32], in text: [UInt32], _ range: Range<Int>) -> Int? {
    let borders = borders(of: piece)
    var matched = 0
    for position in range {
      steps += 1
      while matched > 0, piece[matched] != text[position] {
        matched = borders[matched - 1]
        steps += 1
      }
      if piece[matched] == text[position] { matched += 1 }
      if matched == piece.count { return position + 1 - matched }
    }
    return nil
  }

  /// For each beginning of the piece: the length of the longest shorter one that it ends with.
  private mutating func borders(of piece: [UInt32]) -> [Int] {
    var borders = [Int](repeating: 0, count: piece.count)
    var matched = 0
    for position in piece.indices.dropFirst() {
      steps += 1
      while matched > 0, piece[matched] != piece[position] {
        matched = borders[matched - 1]
        steps += 1
      }
      if piece[matched] == piece[position] { matched += 1 }
      borders[position] = matched
    }
    return borders
  }

  /// With a bit for each beginning of the piece that the text matches up to here: 64 are looked at in one step.
  private mutating func findMasked(_ piece: [UInt32], in text: [UInt32], _ range: Range<Int>) -> Int? {
    guard piece.count <= Self.longestMask else {
      isBeyondBounds = true
      return nil
    }
    let words = (piece.count + 63) / 64
    // Of characters that the piece does not have: where any one may stand.
    var others = [UInt64](repeating: 0, count: words)
    for (position, character) in piece.enumerated() where character == Self.anyCharacter {
      others[position / 64] |= 1 << UInt64(position % 64)
    }
    var masks: [UInt32: [UInt64]] = [:]
    for (position, character) in piece.enumerated() where character != Self.anyCharacter {
      masks[character, default: others][position / 64] |= 1 << UInt64(position % 64)
    }
    steps += piece.count + masks.count * words
    let (lastWord, lastBit) = ((piece.count - 1) / 64, UInt64((piece.count - 1) % 64))
    var state = [UInt64](repeating: 0, count: words)
    for position in range {
      steps += words
      let mask = masks[text[position]] ?? others
      var carry: UInt64 = 1
      for word in 0..<words {
        let next = state[word] >> 63
        state[word] = (state[word] << 1 | carry) & mask[word]
        carry = next
      }
      if state[lastWord] >> lastBit & 1 == 1 { return position + 1 - piece.count }
    }
    return nil
  }
}
