import ImageStructure
import Testing

@Suite struct JPEGStructureTests {
  @Test func smallestImageIsAccepted() throws {
    let bytes = JPEGBytes.image()
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.kind == .jpeg)
    #expect(structure.width == 5)
    #expect(structure.height == 3)
    #expect(structure.edits.isEmpty)
    #expect(structure.end == UInt64(bytes.count))
  }

  /// What decoders take without a word, and what therefore stays.
  static let harmless: [Sample] = [
    Sample(
      "fill bytes before markers", JPEGBytes.image(header: [0xFF, 0xFF, 0xFF], beforeScan: [0xFF], afterScan: [0xFF])),
    Sample("restart markers in a scan", JPEGBytes.image(afterScan: [0xFF, 0xD0, 0x11, 0xFF, 0xFF, 0xD7, 0x22])),
    Sample("fill bytes before a stuffed byte", JPEGBytes.image(afterScan: [0xFF, 0xFF, 0x00, 0x11])),
    Sample("number of lines behind the scan", JPEGBytes.image(afterScan: JPEGBytes.segment(0xDC, [0, 3]))),
    Sample("restart interval", JPEGBytes.image(beforeScan: JPEGBytes.segment(0xDD, [0, 1]))),
    Sample("arithmetic conditioning", JPEGBytes.image(beforeScan: JPEGBytes.segment(0xCC, [0, 0x10, 0x13, 5]))),
    Sample("second scan with new tables", JPEGBytes.image(afterScan: JPEGBytes.huffmanTable + JPEGBytes.scan + [0x55])),
    Sample(
      "empty table segments", JPEGBytes.image(beforeScan: JPEGBytes.segment(0xDB, []) + JPEGBytes.segment(0xC4, []))),
  ]

  @Test(arguments: harmless)
  func whatDecodersTakeStays(_ sample: Sample) throws {
    for pieceSize in [1, Int.max] {
      #expect(try ImageStructure.parse(sample.bytes, pieceSize: pieceSize).edits.isEmpty)
    }
  }

  static let refusals: [Refusal] = [
    // Markers.
    Refusal("end right behind the start", JPEGBytes.start + JPEGBytes.end, .noScanData, at: 2),
    Refusal("tables only", JPEGBytes.start + JPEGBytes.quantizationTable + JPEGBytes.end, .noScanData, at: 71),
    Refusal(
      "scan without data",
      JPEGBytes.start + JPEGBytes.quantizationTable + JPEGBytes.frame(5, 3) + JPEGBytes.scan + JPEGBytes.end,
      .noScanData, at: 94),
    Refusal("second start", JPEGBytes.start + JPEGBytes.start, .unexpectedMarker, at: 2),
    Refusal("start inside a scan", JPEGBytes.image(afterScan: JPEGBytes.image()), .unexpectedMarker, at: 120),
    Refusal("reserved marker", JPEGBytes.image(header: [0xFF, 0x02]), .unexpectedMarker, at: 2),
    Refusal("reserved marker inside a scan", JPEGBytes.image(afterScan: [0xFF, 0x3C]), .unexpectedMarker, at: 120),
    Refusal("hierarchical", JPEGBytes.image(header: JPEGBytes.segment(0xDE, [8])), .unexpectedMarker, at: 2),
    Refusal("extension", JPEGBytes.image(header: JPEGBytes.segment(0xF0, [8])), .unexpectedMarker, at: 2),
    Refusal("lossless", JPEGBytes.start + JPEGBytes.frame(5, 3, marker: 0xC3), .frameHeader, at: 2),
    Refusal("JPEG-LS", JPEGBytes.image(header: JPEGBytes.segment(0xF7, [8])), .unexpectedMarker, at: 2),
    // Lengths.
    Refusal("length 0", JPEGBytes.image(header: [0xFF, 0xE1, 0, 0]), .segmentLength, at: 2),
    Refusal("length 1", JPEGBytes.image(header: [0xFF, 0xFE, 0, 1]), .segmentLength, at: 2),
    Refusal(
      "long restart interval", JPEGBytes.image(header: JPEGBytes.segment(0xDD, [0, 1, 2])), .segmentLength, at: 2),
    Refusal("short number of lines", JPEGBytes.image(header: JPEGBytes.segment(0xDC, [3])), .segmentLength, at: 2),
    // Frames.
    Refusal("no height, so that DNL would give it", JPEGBytes.start + JPEGBytes.frame(5, 0), .zeroDimension, at: 2),
    Refusal("no width", JPEGBytes.start + JPEGBytes.frame(0, 3), .zeroDimension, at: 2),
    Refusal("second frame", JPEGBytes.image(beforeScan: JPEGBytes.frame(5, 3)), .duplicateFrame, at: 106),
    Refusal("12-bit baseline", JPEGBytes.start + JPEGBytes.frame(5, 3, precision: 12), .frameHeader, at: 2),
    Refusal("frame without room", JPEGBytes.start + JPEGBytes.segment(0xC0, [8, 0, 1, 0, 1]), .segmentLength, at: 2),
    Refusal(
      "frame longer than its components", JPEGBytes.start + JPEGBytes.segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0]),
      .segmentLength, at: 2),
    Refusal("no components", JPEGBytes.start + JPEGBytes.segment(0xC0, [8, 0, 1, 0, 1, 0]), .frameHeader, at: 2),
    Refusal(
      "sampling factor 0", JPEGBytes.start + JPEGBytes.segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x10, 0]), .frameHeader,
      at: 2),
    Refusal(
      "fifth quantization table", JPEGBytes.start + JPEGBytes.segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 4]),
      .frameHeader, at: 2),
    // Scans.
    Refusal("scan before the frame", JPEGBytes.start + JPEGBytes.scan, .scanBeforeFrame, at: 2),
    Refusal(
      "scan without its table", JPEGBytes.start + JPEGBytes.frame(5, 3) + JPEGBytes.scan, .missingQuantizationTable,
      at: 15),
    Refusal(
      "scan of an unknown component", JPEGBytes.image(beforeScan: JPEGBytes.segment(0xDA, [1, 9, 0, 0, 63, 0])),
      .scanHeader, at: 106),
    Refusal(
      "scan of too many components",
      JPEGBytes.image(beforeScan: JPEGBytes.segment(0xDA, [2, 1, 0, 1, 0, 0, 63, 0])), .scanHeader, at: 106),
    Refusal("empty scan header", JPEGBytes.image(beforeScan: JPEGBytes.segment(0xDA, [])), .segmentLength, at: 106),
    Refusal(
      "progressive scan of mixed bands",
      JPEGBytes.start + JPEGBytes.quantizationTable + JPEGBytes.frame(5, 3, marker: 0xC2) + JPEGBytes.scan, .scanHeader,
      at: 84),
    // Tables.
    Refusal("short table", JPEGBytes.image(header: JPEGBytes.segment(0xDB, [0, 1, 1])), .segmentLength, at: 2),
    Refusal("table number 4", JPEGBytes.image(header: JPEGBytes.segment(0xDB, [4, 1, 1])), .tableSegment, at: 2),
    Refusal("bytes behind a table", JPEGBytes.image(header: JPEGBytes.segment(0xC4, [0])), .segmentLength, at: 2),
    Refusal(
      "more codes than bytes",
      JPEGBytes.image(header: JPEGBytes.segment(0xC4, [0, 9] + [UInt8](repeating: 0, count: 15) + [0])), .segmentLength,
      at: 2),
    Refusal(
      "more than 256 codes",
      JPEGBytes.image(header: JPEGBytes.segment(0xC4, [0] + [UInt8](repeating: 17, count: 16 + 272))), .tableSegment,
      at: 2),
    Refusal("odd conditioning", JPEGBytes.image(header: JPEGBytes.segment(0xCC, [0])), .segmentLength, at: 2),
  ]

  @Test(arguments: refusals)
  func brokenRuleIsRefusedWithItsPlace(_ refusal: Refusal) {
    for pieceSize in [1, Int.max] {
      #expect(ImageStructure.outcome(of: refusal.bytes, pieceSize: pieceSize) == .failure(refusal.error))
    }
  }

  @Test func endlessFillBytesAreTruncated() {
    let bytes = JPEGBytes.start + [UInt8](repeating: 0xFF, count: 5000)
    #expect(ImageStructure.outcome(of: bytes) == .failure(.truncated))
  }
}
