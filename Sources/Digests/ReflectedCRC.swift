/// A reflected cyclic redundancy check: long messages by folding, where the processor can, others by tables for eight bytes
/// at a time ("slicing by 8", Kounavis and Berry 2005); and the arithmetic of its polynomial, for joining checksums.
///
/// A register of 32 bits is kept in the low half of 64.
struct ReflectedCRC: Sendable {
  /// The polynomial with its bits reversed, without the leading one.
  private let polynomial: UInt64
  /// The width of the register in bits: 32 or 64.
  private let width: Int
  /// Eight tables of 256: entry `k * 256 + b` is what the byte `b` leaves in the register `k` bytes later.
  private let tables: [UInt64]
  /// Nil where the processor cannot fold.
  private var folding: MessageFolding?

  init(reversedPolynomial polynomial: UInt64, width: Int) {
    self.polynomial = polynomial
    self.width = width
    var tables: [UInt64] = []
    tables.reserveCapacity(8 * 256)
    for byte in 0..<UInt64(256) {
      tables.append((0..<8).reduce(byte) { register, _ in Self.shifted(register, polynomial) })
    }
    for entry in 256..<8 * 256 {
      let previous = tables[entry - 256]
      tables.append(tables[Int(previous & 0xFF)] ^ previous >> 8)
    }
    self.tables = tables
    folding = MessageFolding { exponent in power(exponent, of: 1 << UInt64(width - 2)) << UInt64(64 - width) }
  }

  /// Whether long messages are folded.
  var folds: Bool { folding != nil }

  /// The register after `bytes`.
  func update(_ register: UInt64, _ bytes: Span<UInt8>) -> UInt64 {
    unsafe tables.withUnsafeBufferPointer { tables in
      unsafe bytes.withUnsafeBytes { bytes in
        guard let folding, bytes.count >= MessageFolding.leastLength else {
          return unsafe Self.update(register, bytes, tables)
        }
        let length = bytes.count & ~(MessageFolding.block - 1)
        var folded = unsafe folding.fold(UnsafeRawBufferPointer(rebasing: bytes[..<length]), register: register)
        let register = unsafe withUnsafeBytes(of: &folded) { unsafe Self.update(0, $0, tables) }
        return unsafe Self.update(register, UnsafeRawBufferPointer(rebasing: bytes[length...]), tables)
      }
    }
  }

  /// The index of every table has 8 bits and a known offset below 2,048, so that no access needs its check.
  private static func update(
    _ register: UInt64, _ bytes: UnsafeRawBufferPointer, _ tables: UnsafeBufferPointer<UInt64>
  ) -> UInt64 {
    guard let table = tables.baseAddress else { return register }
    var register = register
    var position = 0
    while bytes.count - position >= 8 {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      let mixed = register ^ UInt64(littleEndian: word)
      let low =
        unsafe table[1792 + Int(mixed & 0xFF)] ^ table[1536 + Int(mixed >> 8 & 0xFF)]
        ^ table[1280 + Int(mixed >> 16 & 0xFF)] ^ table[1024 + Int(mixed >> 24 & 0xFF)]
      let high =
        unsafe table[768 + Int(mixed >> 32 & 0xFF)] ^ table[512 + Int(mixed >> 40 & 0xFF)]
        ^ table[256 + Int(mixed >> 48 & 0xFF)] ^ table[Int(mixed >> 56)]
      register = low ^ high
      position += 8
    }
    while position < bytes.count {
      let index = unsafe Int((register ^ UInt64(bytes[position])) & 0xFF)
      register = unsafe table[index] ^ register >> 8
      position += 1
    }
    return register
  }

  /// The checksum of two messages one after the other: the first times x to the power of the second's length in bits.
  func combine(_ first: UInt64, _ second: UInt64, secondLength: Int64) -> UInt64 {
    precondition(secondLength >= 0, "a length is not negative")
    // In the reversed notation the highest bit is x⁰.
    let factor = power(secondLength, of: 1 << UInt64(width - 1 - 8))
    return product(first, factor) ^ second
  }

  /// A power of a polynomial, modulo this one.
  private func power(_ exponent: Int64, of base: UInt64) -> UInt64 {
    var result: UInt64 = 1 << UInt64(width - 1)
    var power = base
    var remaining = exponent
    while remaining > 0 {
      if remaining & 1 == 1 { result = product(result, power) }
      power = product(power, power)
      remaining >>= 1
    }
    return result
  }

  /// The product of two polynomials modulo this one.
  private func product(_ one: UInt64, _ other: UInt64) -> UInt64 {
    var result: UInt64 = 0
    var shifted = other
    for bit in stride(from: width - 1, through: 0, by: -1) {
      if one >> UInt64(bit) & 1 == 1 { result ^= shifted }
      shifted = Self.shifted(shifted, polynomial)
    }
    return result
  }

  /// `register` times x.
  private static func shifted(_ register: UInt64, _ polynomial: UInt64) -> UInt64 {
    register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1
  }
}
