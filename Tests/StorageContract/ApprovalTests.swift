import Posix
import Storage
import Testing

struct ApprovalTests {
  @Test(arguments: Implementation.allCases)
  func aPictureThatWaitsIsInNoListUntilItIsApproved(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let waiting = try await pictures.catalog.publish("a.jpg", at: 1) { $0.visibility = .queued }
    let hidden = try await pictures.catalog.publish("b.jpg", at: 2) { $0.visibility = .unlisted }
    var queue = PictureQuery(limit: 9, includesUnlisted: true, now: Timestamp(seconds: 9))
    queue.filter.visibility = .queued
    #expect(try await pictures.other.names().isEmpty)
    #expect(try await pictures.other.names(queue) == ["a.jpg"])
    #expect(try await pictures.other.metadata(of: waiting.name)?.visibility == .queued)
    #expect(try await pictures.other.pictureTotals().unlisted == 2)
    #expect(try await pictures.other.approve([hidden.name, waiting.name]).map(\.name) == [waiting.name])
    #expect(try await pictures.other.approve([waiting.name]).isEmpty)
    #expect(try await pictures.catalog.names() == ["a.jpg"])
    #expect(try await pictures.catalog.names(queue).isEmpty)
    let listed = try await pictures.catalog.metadata(of: waiting.name)
    #expect(listed?.visibility == .public && listed?.originalName == waiting.originalName)
    #expect(try await pictures.catalog.metadata(of: hidden.name)?.visibility == .unlisted)
    #expect(try await pictures.catalog.content(of: "a.jpg") == bytes("content of a.jpg"))
    let totals = try await pictures.catalog.pictureTotals()
    #expect(totals.listed == 1 && totals.unlisted == 1)
  }

  @Test(arguments: Implementation.allCases)
  func aPictureThatWaitsStillDoesWhenItComesBackFromTheTrash(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let waiting = try await pictures.catalog.publish("a.jpg") { $0.visibility = .queued }
    _ = try await pictures.catalog.trash([waiting.name])
    #expect(try await pictures.other.approve([waiting.name]).isEmpty)
    _ = try await pictures.other.restore([waiting.name])
    #expect(try await pictures.catalog.metadata(of: waiting.name)?.visibility == .queued)
    #expect(try await pictures.catalog.approve([waiting.name]).map(\.visibility) == [.public])
  }
}
