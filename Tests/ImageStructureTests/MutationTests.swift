import ImageStructure
import RandomFixture
import Testing

/// A short, repeatable stand-in for the fuzzer.
@Suite struct MutationTests {
  @Test(arguments: 0..<8 as Range<UInt64>)
  func mutatedImagesNeverBreakTheParser(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let images = try CorpusImage.all.map { try $0.bytes }
    var accepted = 0
    for _ in 0..<500 {
      var bytes = mutated(images[Int.random(in: images.indices, using: &generator)], images, &generator)
      // Half of them with sound checksums, or no mutated PNG would get far.
      if Bool.random(using: &generator) { PNGBytes.repairChecksums(&bytes) }
      let outcome = ImageStructure.outcome(of: bytes)
      #expect(outcome == ImageStructure.outcome(of: bytes, pieceSize: Int.random(in: 1...40, using: &generator)))
      guard case .success(let structure) = outcome else { continue }
      accepted += 1
      try expectSound(structure, of: bytes)
    }
    #expect(accepted > 10)
  }

  private func mutated(_ original: [UInt8], _ others: [[UInt8]], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0...Int.random(in: 0..<3, using: &generator) where !bytes.isEmpty {
      let position = Int.random(in: bytes.indices, using: &generator)
      let end = position + Int.random(in: 0...min(24, bytes.count - position), using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[position] = [0x00, 0xFF, 0x21, 0x2C, 0x3B, 0xD8, 0xD9, 0xE1].randomElement(using: &generator) ?? 0
      case 2: bytes.removeSubrange(position..<end)
      case 3: bytes.insert(contentsOf: bytes[position..<end], at: position)
      case 4:
        bytes.replaceSubrange(
          position..<end, with: (position..<end).map { _ in generator.next() }.map(UInt8.init(truncatingIfNeeded:)))
      default:
        let other = others[Int.random(in: others.indices, using: &generator)]
        bytes.insert(contentsOf: other.prefix(Int.random(in: 0..<300, using: &generator)), at: position)
      }
    }
    return bytes
  }
}
