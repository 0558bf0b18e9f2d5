import Database
import Posix
import Storage
import Testing

@testable import LocalStorage

/// A search by name finds each picture, whether the trigrams of its name are in their table yet or not.
@Suite struct NameIndexTests {
  private let fixture = StoreFixture()

  private static let words = ["cat", "mountain", "holiday", "IMG_20", "Ärger", "\"quoted\"", "x"]

  private func entry(_ number: Int, named originalName: String) throws -> ImageIndex.Entry {
    ImageIndex.Entry(
      metadata: PictureMetadata(
        name: try #require(StoredName("\(number).png")), originalName: originalName, mediaType: "image/png", width: 3,
        height: 4,
        content: ContentDigests(size: 5, crc32: 6, sha256: [UInt8](repeating: 7, count: 32), md5: nil),
        uploadedAt: Timestamp(seconds: Int64(number))),
      recordedVersion: RecordedVersion(inode: UInt64(number), size: 5, modified: 8))
  }

  private func found(_ text: String, in index: ImageIndex) throws -> Set<String> {
    var query = PictureQuery(limit: 10_000)
    query.filter.name = text
    return Set(try index.page(query).images.map(\.name.text))
  }

  @Test func searchesAgreeWithALookAtEachName() throws {
    let index = try fixture.store().index
    var generator = SystemRandomNumberGenerator()
    var pictures: [Int: ImageIndex.Entry] = [:]
    for step in 1...1_500 {
      // The last row goes now and then, so that its number is given again; others are renamed, or go, too.
      switch Int.random(in: 0..<10, using: &generator) {
      case 0:
        if let last = pictures.keys.max(), let name = pictures.removeValue(forKey: last)?.metadata.name {
          try index.remove(name)
        }
      case 1:
        if let name = pictures.keys.randomElement(using: &generator).flatMap({ pictures.removeValue(forKey: $0) }) {
          try index.remove(name.metadata.name)
        }
      default:
        let isNew = Int.random(in: 0..<5, using: &generator) > 0
        let number = isNew ? step : pictures.keys.randomElement(using: &generator) ?? step
        let words = Self.words.shuffled(using: &generator).prefix(3)
        let picture = try entry(number, named: words.joined(separator: "-") + "\(step).png")
        pictures[number] = picture
        try index.add([.image(picture)]) { _, _ in true }
      }
      guard step.isMultiple(of: 125) else { continue }
      for text in Self.words + ["cat-mount", "\(step).png", "\(step / 2)", "nowhere"] {
        let filter = SearchText(text)
        let expected = pictures.values.filter {
          filter.isFound(in: $0.metadata.originalName) || $0.metadata.name.text == text
        }
        #expect(try found(text, in: index) == Set(expected.map(\.metadata.name.text)), "\(text) at \(step)")
      }
    }
    // Both kinds were there.
    let named = try index.access { connection throws(DatabaseError) in
      try connection.first("SELECT up_to, (SELECT max(number) FROM images) FROM named", []) {
        ($0.integer(0), $0.integer(1))
      }
    }
    let (upTo, last) = try #require(named)
    #expect(upTo > 0 && upTo < last && last - upTo < ImageIndex.unnamedLimit)
  }
}
