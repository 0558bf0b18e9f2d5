import Digests

@testable import ImageStructure

/// Feeds any bytes to the parser, whole and in pieces, and checks what must hold of those that it accepts.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImageStructure(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  check(bytes)
  // Nearly every change to a PNG breaks a checksum: with those put right, the fuzzer gets behind that gate.
  if repairChecksums(&bytes) { check(bytes) }
  return 0
}

private func check(_ bytes: [UInt8]) {
  let outcome = parse(bytes, pieceSize: .max)
  // The sizes of the pieces come from the input, so that the fuzzer can choose them.
  let pieceSize = 1 + Int(bytes.last ?? 0) % 61
  precondition(outcome == parse(bytes, pieceSize: pieceSize), "pieces change the outcome")
  guard case .success(let structure) = outcome else { return }

  let end = Int(structure.end)
  precondition(end <= bytes.count && structure.width > 0 && structure.height > 0)
  let cut = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFF_FFFF } % end
  precondition(parse(Array(bytes[..<cut]), pieceSize: .max) == .failure(.truncated), "a part passes for the whole")

  for keepingMetadata in [false, true] {
    let stored = structure.pieces(keepingMetadata: keepingMetadata).flatMap { piece in
      switch piece {
      case .original(let range): Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
      case .inserted(let inserted): inserted
      }
    }
    guard case .success(let again) = parse(stored, pieceSize: pieceSize) else {
      preconditionFailure("what would be stored is refused")
    }
    precondition(again.edits(keepingMetadata: keepingMetadata).isEmpty, "what would be stored has to be edited")
    precondition(again.end(keepingMetadata: keepingMetadata) == UInt64(stored.count))
    precondition(again.kind == structure.kind && again.isAnimated == structure.isAnimated)
    precondition(again.width == structure.width && again.height == structure.height)
    precondition(again.orientation ?? 1 == structure.orientation ?? 1)
  }
}

private func parse(_ bytes: [UInt8], pieceSize: Int) -> Result<ImageStructure, ImageStructureError> {
  Result { () throws(ImageStructureError) in
    var parser = ImageStructureParser(maximumPixels: 100_000_000)
    var position = 0
    while position < bytes.count {
      let end = position + min(pieceSize, bytes.count - position)
      try parser.consume(bytes[position..<end])
      position = end
    }
    return try parser.finish()
  }
}

/// Puts the CRC of every whole chunk of a PNG right.
///
/// - Returns: whether there was anything to do.
private func repairChecksums(_ bytes: inout [UInt8]) -> Bool {
  guard bytes.starts(with: PNGParser.signature) else { return false }
  var isChanged = false
  var position = PNGParser.signature.count
  while bytes.count - position >= 12 {
    let length = Int(bytes.bigEndian32(at: position))
    guard length <= bytes.count - position - 12 else { break }
    let checksumStart = position + 8 + length
    let checksum = CRC32.checksum(of: Array(bytes[position + 4..<checksumStart])).bigEndianBytes
    if checksum != Array(bytes[checksumStart..<checksumStart + 4]) {
      bytes.replaceSubrange(checksumStart..<checksumStart + 4, with: checksum)
      isChanged = true
    }
    position = checksumStart + 4
  }
  return isChanged
}
