import Pictures
import Posix
import Storage
import Testing

/// A filter of one condition; nil where the text is not what it wants.
private func filter(_ condition: PictureCondition, _ text: String) -> PictureFilter? {
  var filter = PictureFilter()
  return filter.add(condition, text) ? filter : nil
}

struct PictureConditionTests {
  @Test func aDayIsIncludedWhole() {
    let midnight: Int64 = 1_737_676_800
    #expect(filter(.from, "2025-01-24")?.uploadedFrom == Timestamp(seconds: midnight))
    #expect(filter(.until, "2025-01-24")?.uploadedBefore == Timestamp(seconds: midnight + 86_400))
    #expect(filter(.until, "2025-01-24T01:00:00+01:00")?.uploadedBefore == Timestamp(seconds: midnight))
  }

  @Test func sizesDigestsAndVisibilityAreRead() {
    #expect(filter(.minimumSize, "1KiB")?.minimumSize == 1_024)
    #expect(filter(.maximumSize, "2000")?.maximumSize == 2_000)
    #expect(filter(.sha256, String(repeating: "aB", count: 32))?.sha256 == [UInt8](repeating: 0xAB, count: 32))
    #expect(filter(.visibility, "unlisted")?.visibility == .unlisted)
    #expect(filter(.name, "A")?.name == "A")
    #expect(filter(.address, "::1")?.uploader == "::1")
  }

  @Test(arguments: [
    (PictureCondition.name, ""), (.address, ""), (.sha256, "ab"), (.from, "2025-02-30"), (.from, "yesterday"),
    (.until, "2025-1-1"), (.minimumSize, "-1"), (.maximumSize, "big"), (.visibility, "hidden"),
  ])
  func anythingElseIsRefused(_ condition: PictureCondition, _ text: String) {
    #expect(filter(condition, text) == nil)
  }
}
