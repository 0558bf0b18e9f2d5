/// A universally unique, lexicographically sortable identifier: 48 bits of milliseconds and 80 random bits in 26
/// characters of Crockford's base 32, in lower case.
struct ULID: Sendable, Equatable {
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// The 26 characters.
  let text: String

  /// - Parameters:
  ///   - milliseconds: since 1970; the lower 48 bits count.
  ///   - randomness: 10 bytes, fresh for each identifier.
  init(milliseconds: UInt64, randomness: [UInt8]) {
    precondition(randomness.count == 10)
    var characters: [UInt8] = []
    characters.reserveCapacity(26)
    for shift in stride(from: 45, through: 0, by: -5) {
      characters.append(Self.digits[Int(milliseconds & 0xFFFF_FFFF_FFFF) >> shift & 31])
    }
    for half in [randomness[0..<5], randomness[5..<10]] {
      let bits = half.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      for shift in stride(from: 35, through: 0, by: -5) {
        characters.append(Self.digits[Int(bits >> UInt64(shift)) & 31])
      }
    }
    text = String(decoding: characters, as: UTF8.self)
  }
}
