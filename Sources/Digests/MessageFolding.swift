internal import CCarrylessProduct

/// Folds a long message into a few bytes that leave the same remainder, by the processor's carry-less multiplication:
/// a cyclic redundancy check is then ten times as fast as one by tables.
struct MessageFolding: Sendable {
  /// Messages from this length on are worth it; the first fold takes 64 bytes.
  static let leastLength = 128
  /// What is folded at once is a multiple of this.
  static let block = 16

  /// Whether the processor can.
  private static let isPossible = vitrine_has_carryless_product() != 0

  /// x to the power of 575, 511, 191 and 127, modulo the polynomial. The product of two reflected factors is that of the
  /// polynomials times x, so each power is one less than the distance.
  private let factors: [UInt64]

  /// - Parameter power: x to a power modulo the polynomial, reflected, in the high bits.
  /// - Returns: nil where the processor cannot multiply so.
  init?(power: (Int64) -> UInt64) {
    guard Self.isPossible else { return nil }
    let distances: [Int64] = [512 + 64 - 1, 512 - 1, 128 + 64 - 1, 128 - 1]
    factors = distances.map(power)
  }

  /// - Parameters:
  ///   - bytes: a multiple of `block`, no fewer than `leastLength`.
  ///   - register: that of the check, before these bytes.
  /// - Returns: eight bytes each, the first one lowest: they lead from an empty register to where `bytes` lead from the
  ///   given one.
  func fold(_ bytes: UnsafeRawBufferPointer, register: UInt64) -> (first: UInt64, second: UInt64) {
    precondition(bytes.count >= Self.leastLength && bytes.count % Self.block == 0)
    var folded: (first: UInt64, second: UInt64) = (0, 0)
    unsafe factors.withUnsafeBufferPointer { factors in
      unsafe withUnsafeMutableBytes(of: &folded) { folded in
        unsafe vitrine_fold(
          bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, register, factors.baseAddress,
          folded.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
    }
    return folded
  }
}
