import ImageStructure
import Testing

@Suite struct EXIFOrientationTests {
  private func orientation(_ tiff: [UInt8]) throws -> UInt8? {
    try ImageStructure.parse(JPEGBytes.image(header: JPEGBytes.exif(tiff))).orientation
  }

  @Test(arguments: 0...9 as ClosedRange<UInt8>, [false, true])
  func orientationIsReadInBothByteOrders(value: UInt8, bigEndian: Bool) throws {
    let tiff = TIFFBytes.structure(
      bigEndian: bigEndian, [TIFFBytes.maker, TIFFBytes.orientation(value, bigEndian: bigEndian)])
    #expect(try orientation(tiff) == ((1...8).contains(value) ? value : nil))
  }

  @Test(arguments: [
    (type: UInt16(3), count: UInt32(2)), (type: 3, count: 0), (type: 4, count: 1), (type: 1, count: 1),
    (type: 3, count: .max),
  ])
  func orientationOfAnotherTypeIsNone(type: UInt16, count: UInt32) throws {
    let entry = TIFFBytes.Entry(tag: 0x0112, type: type, count: count, value: [0, 6, 0, 6])
    #expect(try orientation(TIFFBytes.structure(bigEndian: true, [entry])) == nil)
  }

  @Test(arguments: [0, 1, 7, 9, 0xFF, 0x7FFF_FFFF, 0xFFFF_FFF6, 0xFFFF_FFFF] as [UInt32], [false, true])
  func directoryAnywhereElseIsHarmless(offset: UInt32, bigEndian: Bool) throws {
    let tiff = TIFFBytes.structure(
      bigEndian: bigEndian, directoryAt: offset, [TIFFBytes.orientation(6, bigEndian: bigEndian)])
    #expect(try orientation(tiff) == nil)
  }

  @Test(arguments: [false, true])
  func structureCutAnywhereIsHarmless(bigEndian: Bool) throws {
    let tiff = TIFFBytes.structure(
      bigEndian: bigEndian, [TIFFBytes.maker, TIFFBytes.orientation(6, bigEndian: bigEndian)])
    // Header, count, two entries up to the value's two bytes.
    let needed = 8 + 2 + 12 + 10
    for length in 0...tiff.count {
      #expect(try orientation(Array(tiff[..<length])) == (length >= needed ? 6 : nil))
    }
  }

  @Test func directoryOfMoreEntriesThanBytesIsReadAsFarAsItGoes() throws {
    var tiff = TIFFBytes.structure(bigEndian: true, [TIFFBytes.maker, TIFFBytes.orientation(8, bigEndian: true)])
    tiff.replaceSubrange(8..<10, with: [0xFF, 0xFF])
    #expect(try orientation(tiff) == 8)
    tiff = TIFFBytes.structure(bigEndian: true, [TIFFBytes.maker])
    tiff.replaceSubrange(8..<10, with: [0xFF, 0xFF])
    #expect(try orientation(tiff) == nil)
  }

  /// As Chromium has it.
  @Test func firstEntryThatStatesOneCounts() throws {
    func twice(_ first: UInt8, _ second: UInt8) -> [UInt8] {
      TIFFBytes.structure(
        bigEndian: true,
        [TIFFBytes.orientation(first, bigEndian: true), TIFFBytes.orientation(second, bigEndian: true)])
    }
    #expect(try orientation(twice(6, 1)) == 6)
    #expect(try orientation(twice(1, 6)) == 1)
    #expect(try orientation(twice(9, 6)) == 6)
  }

  /// One without content is none to browsers: the next one counts.
  @Test func emptyEXIFIsNone() throws {
    let second = TIFFBytes.structure(bigEndian: true, [TIFFBytes.orientation(6, bigEndian: true)])
    let bytes = JPEGBytes.image(header: JPEGBytes.exif([]) + JPEGBytes.exif(second))
    #expect(try ImageStructure.parse(bytes).orientation == 6)
  }

  /// Browsers look at no other EXIF than the first that has content, whatever that is.
  @Test(arguments: [TIFFBytes.structure(bigEndian: true, [TIFFBytes.maker]), Array("garbage!".utf8), Array("g".utf8)])
  func orientationOfASecondEXIFIsNone(first: [UInt8]) throws {
    let second = TIFFBytes.structure(bigEndian: true, [TIFFBytes.orientation(6, bigEndian: true)])
    let bytes = JPEGBytes.image(header: JPEGBytes.exif(first) + JPEGBytes.exif(second))
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.orientation == nil)
    #expect(structure.stored(of: bytes) == JPEGBytes.image())
  }

  @Test(arguments: 1...8 as ClosedRange<UInt8>)
  func sizeIsTheOneThatIsShown(orientation: UInt8) throws {
    let tiff = TIFFBytes.structure(bigEndian: true, [TIFFBytes.orientation(orientation, bigEndian: true)])
    let shown = orientation < 5 ? ImageSize(width: 5, height: 3) : ImageSize(width: 3, height: 5)
    let exif = PNGBytes.chunk("eXIf", tiff)
    for bytes in [JPEGBytes.image(header: JPEGBytes.exif(tiff)), PNGBytes.image(beforeData: exif)] {
      let structure = try ImageStructure.parse(bytes)
      #expect(structure.shownSize == shown)
      #expect(structure.width == 5 && structure.height == 3)
      #expect(try ImageStructure.parse(structure.stored(of: bytes)).shownSize == shown)
    }
    // Chromium does not look behind the image data.
    let behind = PNGBytes.image(afterData: exif)
    #expect(try ImageStructure.parse(behind).shownSize == ImageSize(width: 5, height: 3))
    #expect(try ImageStructure.parse(behind).stored(of: behind) == PNGBytes.image())
  }

  @Test func sizeIsKnownBeforeTheImageData() throws {
    let tiff = TIFFBytes.structure(bigEndian: true, [TIFFBytes.orientation(6, bigEndian: true)])
    for bytes in [
      JPEGBytes.image(header: JPEGBytes.exif(tiff)), PNGBytes.image(beforeData: PNGBytes.chunk("eXIf", tiff)),
      GIFBytes.file(GIFBytes.image),
    ] {
      let whole = try ImageStructure.parse(bytes).shownSize
      var parser = ImageStructureParser(maximumPixels: ImageStructure.pixelLimit)
      var knownAt: Int?
      for index in bytes.indices {
        try parser.consume(bytes[index...index])
        guard let size = parser.shownSize else { continue }
        #expect(size == whole)
        knownAt = knownAt ?? index
      }
      #expect(try #require(knownAt) < bytes.count - 6)
    }
  }

  @Test func largestSegmentIsReadWhole() throws {
    // A segment holds 65,533 bytes, six of them "Exif\0\0"; a directory of one entry fills the last 18.
    let directory = 65_533 - 6 - 18
    let tiff = TIFFBytes.structure(
      bigEndian: true, directoryAt: UInt32(directory), [TIFFBytes.orientation(5, bigEndian: true)])
    let padding = [UInt8](repeating: 0, count: directory - 8)
    #expect(try orientation(tiff[..<8] + padding + tiff[8...]) == 5)
  }

  @Test(arguments: ["", "M", "MM", "MM\0", "MM\0*", "XX\0*", "MM*\0", "II\0*"])
  func otherHeaderIsHarmless(start: String) throws {
    #expect(try orientation(Array(start.utf8) + [0, 0, 0, 8, 0, 1]) == nil)
  }
}
