import Posix
import Storage
import Testing

struct PreconditionTests {
  private var object: ObjectMetadata {
    ObjectMetadata(
      etag: "5d41402abc4b2a76b9719d911017c592", size: 5, modified: Timestamp(seconds: 100, nanoseconds: 7),
      contentType: "text/plain", owner: "anna")
  }

  @Test func nothingHasToHoldWithoutACondition() {
    #expect(Precondition.none.isEmpty)
    #expect(Precondition.none.evaluate(object) == .holds)
    #expect(Precondition.none.evaluate(nil) == .holds)
    #expect(!Precondition.absent.isEmpty)
    #expect(Precondition(holdsWithoutObject: true).isEmpty)
  }

  @Test func absenceIsWhatNoObjectHas() {
    #expect(Precondition.absent.evaluate(object) == .fails)
    #expect(Precondition.absent.evaluate(nil) == .holds)
  }

  @Test func aTagIsComparedByItsBytes() {
    #expect(Precondition(matches: .oneOf(["\u{e4}"])).evaluate(with(etag: "a\u{308}")) == .fails)
    #expect(Precondition(matches: .oneOf(["x", object.etag])).evaluate(object) == .holds)
    #expect(Precondition(differs: .oneOf(["x", object.etag])).evaluate(object) == .fails)
  }

  @Test(arguments: [
    Precondition(matches: .any), Precondition(matches: .oneOf([])), Precondition(size: 5),
    Precondition(modifiedSecond: 100),
  ])
  func whatAsksForAnObjectMissesOneThatIsNotThere(precondition: Precondition) {
    #expect(precondition.evaluate(nil) == .missing)
    var removal = precondition
    removal.holdsWithoutObject = true
    #expect(removal.evaluate(nil) == .holds)
    #expect(throws: StorageError.noSuchKey) { try precondition.check(nil) }
  }

  @Test func theSecondCountsAndNotTheMoment() {
    #expect(Precondition(modifiedSecond: 100).evaluate(object) == .holds)
    #expect(Precondition(modifiedSecond: 101).evaluate(object) == .fails)
    #expect(throws: StorageError.preconditionFailed) { try Precondition(size: 6).check(object) }
  }

  private func with(etag: String) -> ObjectMetadata {
    var object = object
    object.etag = etag
    return object
  }
}
