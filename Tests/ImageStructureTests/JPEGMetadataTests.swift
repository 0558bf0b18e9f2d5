import ImageStructure
import Testing

@Suite struct JPEGMetadataTests {
  static let jfif = JPEGBytes.segment(0xE0, Array("JFIF\0".utf8) + [1, 2, 1, 0, 72, 0, 72, 0, 0])
  static let profile = JPEGBytes.segment(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + [UInt8](repeating: 7, count: 40))
  static let adobe = JPEGBytes.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1])
  static let orientation6 = JPEGBytes.exif(
    TIFFBytes.structure(bigEndian: true, [TIFFBytes.orientation(6, bigEndian: true)]))

  static let preserved: [Sample] = [
    Sample("JFIF", jfif), Sample("ICC profile", profile), Sample("Adobe", adobe),
    Sample("orientation alone", orientation6),
  ]

  @Test(arguments: preserved)
  func segmentThatDecodersNeedStays(_ sample: Sample) throws {
    #expect(try ImageStructure.parse(JPEGBytes.image(header: sample.bytes)).edits.isEmpty)
  }

  static let removed: [Sample] = [
    Sample("XMP", JPEGBytes.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>".utf8))),
    Sample("extended XMP", JPEGBytes.segment(0xE1, Array("http://ns.adobe.com/xmp/extension/\0".utf8))),
    Sample("IPTC", JPEGBytes.segment(0xED, Array("Photoshop 3.0\08BIM".utf8))),
    Sample("comment", JPEGBytes.segment(0xFE, Array("taken at home".utf8))),
    Sample("empty comment", JPEGBytes.segment(0xFE, [])),
    Sample(
      "JFIF extension with a thumbnail", JPEGBytes.segment(0xE0, Array("JFXX\0".utf8) + [0x10] + JPEGBytes.image())),
    Sample("short JFIF", JPEGBytes.segment(0xE0, Array("JFIF\0".utf8) + [1, 2])),
    Sample("maker data", JPEGBytes.segment(0xE5, Array("Vendor".utf8))),
    Sample("picture info", JPEGBytes.segment(0xEC, Array("[picture info]SerialNo=1".utf8))),
    Sample("content credentials", JPEGBytes.segment(0xEB, Array("JP\0\0".utf8))),
    Sample("APP14 of another", JPEGBytes.segment(0xEE, Array("Other".utf8) + [0, 100, 0, 0, 0, 0, 1])),
    Sample("EXIF of orientation 1", exif(1)),
    Sample("EXIF without orientation", JPEGBytes.exif(TIFFBytes.structure(bigEndian: false, [TIFFBytes.maker]))),
    Sample("EXIF that is none", JPEGBytes.exif(Array("<?php".utf8))),
    Sample("EXIF with a thumbnail", JPEGBytes.exif(TIFFBytes.structure(bigEndian: true, []) + JPEGBytes.image())),
    Sample("fill bytes before a comment", [0xFF, 0xFF] + JPEGBytes.segment(0xFE, Array("x".utf8))),
    Sample("several in a row", exif(1) + JPEGBytes.segment(0xFE, Array("x".utf8)) + JPEGBytes.segment(0xE9, [1])),
  ]

  private static func exif(_ orientation: UInt8) -> [UInt8] {
    JPEGBytes.exif(
      TIFFBytes.structure(bigEndian: false, [TIFFBytes.maker, TIFFBytes.orientation(orientation, bigEndian: false)]))
  }

  @Test(arguments: removed)
  func privateMetadataGoes(_ sample: Sample) throws {
    let segment = sample.bytes
    let places: [(bytes: [UInt8], start: UInt64)] = [
      (JPEGBytes.image(header: segment), 2), (JPEGBytes.image(beforeScan: segment), 106),
      (JPEGBytes.image(afterScan: segment), 120),
    ]
    for (bytes, start) in places {
      for pieceSize in [1, Int.max] {
        let structure = try ImageStructure.parse(bytes, pieceSize: pieceSize)
        #expect(structure.edits.map(\.range) == [start..<start + UInt64(segment.count)])
        #expect(structure.edits.map(\.content) == [.metadata])
        #expect(structure.stored(of: bytes) == JPEGBytes.image())
        #expect(structure.stored(of: bytes, keepingMetadata: true) == bytes)
      }
    }
  }

  @Test(arguments: 2...8 as ClosedRange<UInt8>)
  func orientationOutlivesItsEXIF(orientation: UInt8) throws {
    let bytes = JPEGBytes.image(header: Self.jfif + Self.exif(orientation))
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.orientation == orientation)
    let minimal = JPEGBytes.exif(
      TIFFBytes.structure(bigEndian: true, [TIFFBytes.orientation(orientation, bigEndian: true)]))
    #expect(structure.stored(of: bytes) == JPEGBytes.image(header: Self.jfif + minimal))
    try expectSound(structure, of: bytes)
  }

  @Test func firstOrientationCounts() throws {
    let bytes = JPEGBytes.image(header: Self.exif(6) + Self.exif(3) + Self.orientation6)
    let structure = try ImageStructure.parse(bytes)
    #expect(structure.orientation == 6)
    #expect(structure.stored(of: bytes) == JPEGBytes.image(header: Self.orientation6))
  }

  @Test func orientationBehindAScanIsNone() throws {
    let structure = try ImageStructure.parse(JPEGBytes.image(afterScan: Self.exif(6)))
    #expect(structure.orientation == nil)
  }

  @Test func thumbnailOfJFIFGoes() throws {
    let pixels = [UInt8](repeating: 9, count: 12)
    let withThumbnail = JPEGBytes.segment(0xE0, Array("JFIF\0".utf8) + [1, 2, 1, 0, 72, 0, 72, 2, 2] + pixels)
    let bytes = JPEGBytes.image(header: withThumbnail)
    #expect(try ImageStructure.parse(bytes).stored(of: bytes) == JPEGBytes.image(header: Self.jfif))
  }

  @Test func bytesBehindAdobesGo() throws {
    let bytes = JPEGBytes.image(
      header: JPEGBytes.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1] + Array("more".utf8)))
    #expect(try ImageStructure.parse(bytes).stored(of: bytes) == JPEGBytes.image(header: Self.adobe))
  }

  static let stray: [Sample] = [
    Sample("zero bytes", [0, 0, 0]), Sample("text", Array("<?php evil(); ?>".utf8)),
    Sample("stuffed byte", [0xFF, 0x00]),
    Sample("restart marker", [0xFF, 0xD3]), Sample("TEM", [0xFF, 0x01]),
    Sample("all of them", [0, 0xFF, 0xFF, 0, 0x41, 0xFF, 0xD0, 0x42]),
  ]

  @Test(arguments: stray)
  func strayBytesBetweenSegmentsGoEvenWhereMetadataIsKept(_ sample: Sample) throws {
    let image = JPEGBytes.image(header: Self.jfif + sample.bytes, beforeScan: sample.bytes)
    for pieceSize in [1, Int.max] {
      let structure = try ImageStructure.parse(image, pieceSize: pieceSize)
      #expect(structure.edits.map(\.content) == [.stray, .stray])
      #expect(structure.stored(of: image) == JPEGBytes.image(header: Self.jfif))
      #expect(structure.stored(of: image, keepingMetadata: true) == JPEGBytes.image(header: Self.jfif))
    }
  }

  @Test func moreEditsThanAnyCameraMakesAreRefused() {
    // A quantization table between two comments keeps their edits apart.
    let pair = JPEGBytes.segment(0xFE, []) + JPEGBytes.segment(0xDB, [])
    let bytes = JPEGBytes.image(header: (0..<65_537).flatMap { _ in pair })
    let offset: UInt64 = 2 + 65_536 * 8
    #expect(ImageStructure.outcome(of: bytes) == .failure(.corrupt(.tooManyEdits, at: offset)))
  }

  @Test func moreReplacementsThanAnyCameraNeedsAreRefused() {
    let withThumbnail = JPEGBytes.segment(0xE0, Array("JFIF\0".utf8) + [1, 2, 1, 0, 72, 0, 72, 1, 1, 1, 2, 3])
    let bytes = JPEGBytes.image(header: (0..<4_000).flatMap { _ in withThumbnail })
    // Each is replaced by 18 bytes.
    let offset = UInt64(2 + 65_536 / 18 * withThumbnail.count)
    #expect(ImageStructure.outcome(of: bytes) == .failure(.corrupt(.tooManyEdits, at: offset)))
  }
}
