@testable import DurableFiles
import Storage
import Digests
import HTTPSemantics
import Posix
import Testing

@testable import LocalStorage

/// Attributes, sidecars and other records as somebody may write them who can write files into a bucket.
struct HostileRecordsTests {
  let fixture: BucketFixture

  init() throws {
    fixture = try BucketFixture()
  }

  private func setAttribute(_ text: String, of key: String) throws { try setAttribute(Array(text.utf8), of: key) }

  private func setAttribute(_ bytes: [UInt8], of key: String) throws {
    try FileDescriptor.open("\(fixture.folder.path)/buckets/photos1/\(key)", .readWrite)
      .setAttribute(ObjectMetadata.attribute, to: bytes)
  }

  @Test(arguments: [
    "../bucket.json", "../../../../victim", "/etc/hostname", "..", ".", "", "../facts/../bucket.json",
    String(repeating: "a", count: 31) + "/", String(repeating: "A", count: 32), String(repeating: "a", count: 33),
  ])
  func attributeThatNamesAnotherFileTouchesNone(name: String) throws {
    try fixture.folder.write(Array("mine".utf8), to: "victim")
    for (key, end) in [("removed", 0), ("replaced", 1), ("changed", 2)] {
      try fixture.put(key, "content")
      try setAttribute(#"{"v":1,"sidecar":"\#(name)"}"#, of: key)
      let before = fixture.folder.files.filter { $0.contains("bucket.json") || $0 == "victim" }
      #expect(try fixture.metadata(key).etag.hasSuffix("-1"))
      switch end {
      case 0: try fixture.store.remove(Array(key.utf8), in: "photos1")
      case 1: try fixture.put(key, "other content")
      default: try fixture.store.change(Array(key.utf8), in: "photos1", .tags([NameValuePair("a", "b")]))
      }
      #expect(fixture.folder.files.filter { $0.contains("bucket.json") || $0 == "victim" } == before)
    }
    #expect(try fixture.store.configuration("photos1").owner == "anna")
  }

  @Test func attributeThatNamesTheMetadataOfAnotherObjectLeavesThem() throws {
    try fixture.put("whose", "content", change: BucketFixture.muchMetadata)
    try fixture.put("thief", "content")
    let name = try #require(fixture.folder.files.first { $0.contains(".vitrine/facts/") }?.split(separator: "/").last)
    for change in 0..<3 {
      try fixture.put("thief", "content")
      try setAttribute(#"{"v":1,"sidecar":"\#(name)"}"#, of: "thief")
      switch change {
      case 0: try fixture.store.remove(Array("thief".utf8), in: "photos1")
      case 1: try fixture.put("thief", "other content")
      default: try fixture.store.change(Array("thief".utf8), in: "photos1", .tags([NameValuePair("a", "b")]))
      }
      #expect(try fixture.metadata("whose").tags == BucketFixture.manyTags("t"))
    }
  }

  @Test(arguments: [
    "[9223372036854775807,9223372036854775807,9223372036854775807]", "[7,9223372036854775807]", "[8,-1]", "[3,3]",
    "[8]",
    "[1.5,5.5]", #"["7"]"#, "[null,7]", "{}", "7",
  ])
  func partsThatAreNotThoseOfTheObjectAreNoParts(parts: String) throws {
    try fixture.put("k", "content")
    try setAttribute(
      #"{"v":1,"etag":"0-3","size":7,"at":0,"type":"text/plain","owner":"anna","parts":\#(parts)}"#, of: "k")
    #expect(try fixture.metadata("k").partSizes.isEmpty)
    #expect(try fixture.get("k") == "content")
  }

  /// The record of an object with everything, changed at random places, numbers put to their extremes.
  @Test func noMutationOfARecordTrapsOrTellsOfPartsThatDoNotFit() throws {
    try fixture.put(
      "k", "content",
      change: { metadata in
        metadata.headers = [NameValuePair("cache-control", "no-store")]
        metadata.userMetadata = [NameValuePair("colour", "blue")]
        metadata.checksums = [NameValuePair("CRC32", "AAAAAA==")]
        metadata.partSizes = [3, 4]
        metadata.partChecksums = ["AAAAAA==", "AAAAAA=="]
        metadata.crc32 = 7
        metadata.tags = [NameValuePair("a", "b")]
        metadata.acl = "public-read"
      })
    let whole = JSONWriter.write(try fixture.metadata("k").json)
    var mutations = Mutations(seed: 9)
    for _ in 0..<2_000 {
      try setAttribute(mutations.next(of: whole), of: "k")
      let metadata = try fixture.metadata("k")
      #expect(metadata.size == 7)
      #expect(metadata.partSizes.isEmpty || metadata.partSizes.sumOfSizes == 7)
      #expect(metadata.partChecksums.isEmpty || metadata.partChecksums.count == metadata.partSizes.count)
      _ = JSONWriter.write(metadata.json)
    }
    try fixture.store.scan("photos1")
    #expect(try fixture.keys == ["k"])
  }

  @Test func noMutationOfAPictureRecordTraps() throws {
    let metadata = PictureMetadata(
      name: "a.jpg", originalName: "a.jpg", mediaType: "image/jpeg", width: 3, height: 4,
      content: ContentDigests(size: 7, crc32: 1, sha256: Array(repeating: 1, count: 32), md5: nil),
      uploadedAt: Timestamp(seconds: 1), expiresAt: Timestamp(seconds: 2))
    let whole = PictureAttributes(metadata, modified: Timestamp(seconds: 3)).encoded
    var mutations = Mutations(seed: 10)
    for _ in 0..<5_000 {
      guard let read = PictureAttributes(mutations.next(of: whole), originalName: "a.jpg") else { continue }
      #expect(read.width >= 0 && read.height >= 0 && read.content.size <= UInt64(Int64.max))
      _ = read.encoded
    }
  }

  @Test func partsAreThoseThatWereNamedAndMeasuredHere() throws {
    let upload = try fixture.beginUpload(of: "big")
    try fixture.putPart(1, "hello ", of: upload)
    let folder = "buckets/photos1/.vitrine/uploads/\(upload.identifier)"
    let attribute = "user.vitrine.part"
    let good = try #require(
      try FileDescriptor.open("\(fixture.folder.path)/\(folder)/1", .readOnly).attribute(attribute))
    for name in ["+1", "01", "0", "-1", "10001", "9223372036854775807", "2"] {
      try fixture.folder.write(Array("longer than it says".utf8), to: "\(folder)/\(name)")
      try FileDescriptor.open("\(fixture.folder.path)/\(folder)/\(name)", .readWrite).setAttribute(attribute, to: good)
    }
    #expect(try fixture.parts(of: upload).map(\.number) == [1])
    var mutations = Mutations(seed: 11)
    for _ in 0..<1_000 {
      try FileDescriptor.open("\(fixture.folder.path)/\(folder)/1", .readWrite)
        .setAttribute(attribute, to: mutations.next(of: good))
      #expect(try fixture.parts(of: upload).allSatisfy { $0.number == 1 && $0.size == 6 })
    }
    let description = try fixture.folder.read("\(folder)/upload.json")
    for _ in 0..<1_000 {
      try fixture.folder.write(mutations.next(of: description), to: "\(folder)/upload.json")
      _ = try fixture.store.uploads(in: "photos1")
    }
  }

  @Test(arguments: ["../photos1", "..", ".", "", ".vitrine", "a/b"])
  func intentOfAJournalStaysInTheBuckets(bucket: String) throws {
    let journal = RecordJournal.records(Array("1 \(bucket)/key\u{0}".utf8))
    #expect(journal.count == 1)
    let name = "gone:1:1-0000000000000000"
    try fixture.folder.write(Array("1 \(bucket)/key\u{0}1 photos1/\u{0}".utf8), to: ".vitrine/intents/\(name)")
    try fixture.store.settleIntents()
    #expect(!fixture.folder.files.contains(".vitrine/intents/\(name)"))
  }

  @Test func settingsThatCannotBeReadAreNotTakenForNone() throws {
    let name = "buckets/photos1/.vitrine/bucket.json"
    for documents in [#"{"policy":7}"#, #"{"policy":{}}"#, "[]", #""x""#] {
      try fixture.folder.write(
        Array(#"{"v":1,"owner":"anna","created":1,"documents":\#(documents)}"#.utf8), to: name)
      #expect(throws: StorageError.self) { try fixture.store.configuration("photos1") }
    }
  }

  @Test func sumsOfSizesDoNotTrap() {
    #expect([1, 2, 3].sumOfSizes == 6)
    #expect([UInt64(Int64.max), 1].sumOfSizes == nil)
    #expect([UInt64.max, UInt64.max].sumOfSizes == nil)
  }
}

/// Changes of a record that are the same in every run.
struct Mutations {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private static let numbers = [
    "-1", "0", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e308", "99999999999999999999",
    "null", "[]", "{}", "\"\"", "true",
  ]

  private mutating func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func next(of record: [UInt8]) -> [UInt8] {
    var bytes = record
    for _ in 0...random(3) {
      let location = random(bytes.count)
      switch random(5) {
      case 0: bytes[location] = UInt8(random(256))
      case 1: bytes.remove(at: location)
      case 2: bytes.insert(UInt8(random(256)), at: location)
      case 3: bytes = Array(bytes.prefix(location + 1))
      default:
        // Another value in place of a number.
        guard let start = bytes[location...].firstIndex(where: { (0x30...0x39).contains($0) }) else { continue }
        let end = bytes[start...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: Self.numbers[random(Self.numbers.count)].utf8)
      }
      if bytes.isEmpty { return record }
    }
    return bytes
  }
}
