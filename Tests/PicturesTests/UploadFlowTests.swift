import Digests
import EventLoop
import LoopFixture
import Pictures
import Posix
import Storage
import Testing

/// From the first byte of an upload to its end.
struct UploadFlowTests {
  @Test(arguments: [1, 7, .max]) func whatIsStoredIsThePictureWithoutWhatIsNobodysBusiness(step: Int) async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let metadata = try await fixture.upload(TestGIF.commented("PRIVATE") + [1, 2, 3], step: step)
      #expect(try fixture.content(metadata.name) == TestGIF.pixel)
      #expect(metadata.content.sha256 == SHA256.digest(of: TestGIF.pixel))
      #expect((metadata.originalName, metadata.mediaType, metadata.uploader) == ("cat.gif", "image/gif", "192.0.2.1"))
      #expect(try await fixture.pictures.metadata(of: metadata.name) == metadata)
      #expect(fixture.files == [metadata.name.text])
    }
  }

  @Test func metadataStaysWhereItIsAskedFor() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      var options = PictureOptions()
      options.keepsMetadata = true
      let bytes = TestGIF.commented("MINE")
      let metadata = try await fixture.upload(bytes + [1, 2, 3], options)
      #expect(try fixture.content(metadata.name) == bytes)
      #expect(metadata.content.sha256 == SHA256.digest(of: bytes))
    }
  }

  @Test func whatIsRefusedLeavesNothing() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture(limit: 300_000)
      let expected: [([UInt8], String, PictureRefusal)] = [
        (Array("hello".utf8), "cat.gif", .content), (TestGIF.pixel, "cat.txt", .fileExtension), ([], "cat.gif", .empty),
        (TestGIF.pixel.dropLast(), "cat.gif", .truncated),
        (TestGIF.pixel + [UInt8](repeating: 0, count: 300_000), "cat.txt", .tooLarge(limit: 300_000)),
      ]
      for (bytes, name, refusal) in expected {
        let error = await failure { () throws(StorageError) in
          _ = try await fixture.upload(Array(bytes), named: name, step: 100_000)
        }
        #expect(error == .refused(.picture(refusal)))
      }
      #expect(fixture.files.isEmpty)
    }
  }

  @Test func whatIsGivenUpLeavesNothing() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let incoming = fixture.pictures.incoming(named: "cat.gif")
      _ = incoming.gather(TestGIF.pixel[...])
      await incoming.acceptGathered()
      await incoming.discard()
      #expect(fixture.files.isEmpty)
    }
  }

  @Test func bytesAreGatheredUpToABound() async throws {
    try await TestLoop.run {
      let incoming = try PictureFixture().pictures.incoming(named: "cat.gif")
      let piece = [UInt8](repeating: 0, count: 1_000)
      let count = (1...1_000).first { _ in incoming.gather(piece[...]) }
      #expect(count == 132)
      await incoming.acceptGathered()
      #expect(!incoming.gather(piece[...]))
    }
  }

  @Test func timeThatIsOverHidesAPictureUntilItIsRemoved() async throws {
    try await TestLoop.run {
      let (fixture, now) = (try PictureFixture(), Clock.now())
      var options = PictureOptions()
      options.lifetime = 60
      let metadata = try await fixture.upload(TestGIF.pixel, options)
      let (name, end) = (metadata.name, try #require(metadata.expiresAt))
      let before = Timestamp(totalNanoseconds: end.totalNanoseconds - 1)
      #expect(try await fixture.pictures.metadata(of: name, now: before) != nil)
      #expect(try await fixture.pictures.metadata(of: name, now: end) == nil)
      let later = Timestamp(seconds: now.seconds + 100)
      #expect(try await fixture.pictures.metadata(of: name) != nil)
      #expect(try await fixture.pictures.metadata(of: name, now: later) == nil)
      let hidden = await failure { () throws(StorageError) in _ = try await fixture.pictures.open(name, now: later) }
      #expect(hidden == .noSuchKey)
      #expect(try await fixture.pictures.expired(at: now, limit: 9).isEmpty)
      #expect(try await fixture.pictures.expired(at: later, limit: 9) == [name])
      _ = try await fixture.pictures.delete(name)
      #expect(try await fixture.pictures.expired(at: later, limit: 9).isEmpty && fixture.files.isEmpty)
    }
  }

  @Test func severalAreToldOfInTheOrderOfTheirNamesEachOnce() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let first = try await fixture.upload(TestGIF.pixel)
      var options = PictureOptions()
      options.lifetime = 60
      let second = try await fixture.upload(TestGIF.pixel, options)
      let unknown = try #require(StoredName("unknown.gif"))
      let names = [second.name, unknown, first.name, second.name]
      #expect(try await fixture.pictures.metadata(ofEach: names) == [second, first])
      let later = Timestamp(seconds: Clock.now().seconds + 100)
      #expect(try await fixture.pictures.metadata(ofEach: names, now: later) == [first])
    }
  }

  @Test func deletionTellsWhatWasThereAndOfNothing() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let metadata = try await fixture.upload(TestGIF.pixel)
      #expect(try await fixture.pictures.delete(metadata.name) == metadata)
      let error = await failure { () throws(StorageError) in _ = try await fixture.pictures.delete(metadata.name) }
      #expect(error == .noSuchKey)
    }
  }
}

/// Pictures that the operator does not want.
struct BlockingTests {
  @Test func allCopiesGoAndNoneComesBackUntilItIsUnblocked() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let pictures = fixture.pictures
      let first = try await fixture.upload(TestGIF.pixel)
      // The same picture once it is stored.
      let second = try await fixture.upload(TestGIF.commented("x"))
      var options = PictureOptions()
      options.keepsMetadata = true
      let other = try await fixture.upload(TestGIF.commented("y"), options)
      let removed = try await pictures.block(first.name)
      #expect(Set(removed.map(\.name)) == [first.name, second.name])
      #expect(fixture.files == [other.name.text])

      let uploaded = await failure { () throws(StorageError) in _ = try await fixture.upload(TestGIF.pixel) }
      #expect(uploaded == .refused(.blocked))
      let put = await failure { () throws(StorageError) in try await fixture.put(TestGIF.pixel, as: "a.gif") }
      #expect(put == .refused(.blocked))
      #expect(fixture.files == [other.name.text])
      #expect(try await pictures.blockedPictures().map(\.name) == ["cat.gif"])

      try await pictures.unblock(sha256: first.content.sha256)
      _ = try await fixture.upload(TestGIF.pixel)
      #expect(try await pictures.blockedPictures().isEmpty)
    }
  }

  @Test func digestCanBeBlockedBeforeThereIsAPicture() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      #expect(try await fixture.pictures.block(sha256: SHA256.digest(of: TestGIF.pixel)).isEmpty)
      let refused = await failure { () throws(StorageError) in _ = try await fixture.upload(TestGIF.pixel) }
      #expect(refused == .refused(.blocked))
    }
  }

  @Test func whatIsNotThereCanNeitherBeBlockedByNameNorUnblocked() async throws {
    try await TestLoop.run {
      let pictures = try PictureFixture().pictures
      let name = try #require(StoredName("a.gif"))
      let unnamed = await failure { () throws(StorageError) in _ = try await pictures.block(name) }
      #expect(unnamed == .noSuchKey)
      let digest = [UInt8](repeating: 1, count: 32)
      let unknown = await failure { () throws(StorageError) in try await pictures.unblock(sha256: digest) }
      #expect(unknown == .noSuchKey)
    }
  }

  @Test func whatIsBlockedWhileItIsUploadedDoesNotStay() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let done = Tally()
      for _ in 0..<8 {
        EventLoop.current.start {
          for _ in 0..<10 { _ = try? await fixture.upload(TestGIF.pixel) }
          done.add()
        }
      }
      _ = await TestLoop.until { fixture.files.count > 3 }
      _ = try await fixture.pictures.block(sha256: SHA256.digest(of: TestGIF.pixel))
      let isDone = await TestLoop.until { done.value == 8 }
      #expect(isDone)
      #expect(fixture.files.isEmpty)
      #expect(try await fixture.pictures.totals() == PictureTotals())
    }
  }
}
