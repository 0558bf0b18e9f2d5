import Testing

@testable import EngineStorage

/// In which parts a long blob is read.
struct BlobSlicePartsTests {
  private func parts(of slices: [BlobSlice]) -> [BlobSlice] {
    Array(IteratorSequence(BlobSliceParts(slices, upTo: 100)))
  }

  @Test(arguments: [[100], [100, 1], [100, 100, 100, 50], [99], [0]] as [[UInt64]])
  func aRangeIsAskedForInParts(_ lengths: [UInt64]) {
    let length = lengths.reduce(0, +)
    var slice = BlobSlice(id: .fresh(), start: 7, length: length)
    slice.entityTag = "tag"
    let parts = parts(of: [slice])
    #expect(parts.map(\.length) == lengths)
    #expect(parts.first?.start == 7 && parts.last?.end == 7 + length)
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.end == $1.start })
    #expect(parts.allSatisfy { $0.id == slice.id && $0.entityTag == "tag" })
  }

  @Test func aPhotoWithoutATagIsAskedForAtOnce() {
    for (id, tag, count) in [
      (BlobID.photo("photos/a/b.jpg"), "", 1), (.photo("photos/a/b.jpg"), "tag", 3), (.fresh(), nil, 3),
    ] {
      #expect(parts(of: [BlobSlice(id: id, start: 0, length: 300, entityTag: tag)]).count == count)
    }
  }

  @Test func severalRangesKeepTheirOrder() {
    let (first, second, third) = (BlobID.fresh(), BlobID.fresh(), BlobID.fresh())
    let slices = [
      BlobSlice(id: first, start: 5, length: 150), BlobSlice(id: second, start: 0, length: 100),
      BlobSlice(id: third, start: 9, length: 201),
    ]
    #expect(
      parts(of: slices) == [
        BlobSlice(id: first, start: 5, length: 100), BlobSlice(id: first, start: 105, length: 50), slices[1],
        BlobSlice(id: third, start: 9, length: 100), BlobSlice(id: third, start: 109, length: 100),
        BlobSlice(id: third, start: 209, length: 1),
      ])
    #expect(parts(of: []).isEmpty)
  }
}
