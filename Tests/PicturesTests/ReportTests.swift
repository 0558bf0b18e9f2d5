import EventLoop
import LoopFixture
import Posix
import Storage
import Testing

@testable import Pictures

struct ReportTests {
  private static func report(
    _ number: Int, from address: String, at seconds: Int64 = 1_000_000, of picture: String? = nil
  ) throws -> PictureReport {
    PictureReport(
      picture: try #require(StoredName(picture ?? "\(number).jpg")), reason: "reason \(number)", address: address,
      at: Timestamp(seconds: seconds))
  }

  @Test func aClientReportsSoMuchInADay() throws {
    var list = ReportList()
    for number in 0..<ReportList.limitOfClient {
      // One network of version 6 is one client.
      #expect(list.add(try Self.report(number, from: "2001:db8:1:2::\(number + 1)")) == .noted)
    }
    #expect(list.add(try Self.report(99, from: "2001:db8:1:2::ffff")) == .tooMany)
    #expect(list.add(try Self.report(99, from: "2001:db8:1:3::1")) == .noted)
    #expect(list.add(try Self.report(98, from: "2001:db8:1:2::1", at: 1_000_000 + 86_399)) == .tooMany)
    #expect(list.add(try Self.report(98, from: "2001:db8:1:2::1", at: 1_000_000 + 86_400)) == .noted)
  }

  @Test func aPictureIsReportedOnceByAClientAndSoOftenByAll() throws {
    var list = ReportList()
    for number in 0..<ReportList.limitOfPicture {
      #expect(list.add(try Self.report(number, from: "192.0.2.\(number)", of: "a.jpg")) == .noted)
      #expect(list.add(try Self.report(number, from: "192.0.2.\(number)", of: "a.jpg")) == .known)
    }
    #expect(list.add(try Self.report(0, from: "198.51.100.1", of: "a.jpg")) == .known)
    #expect(list.reports.count == ReportList.limitOfPicture)
  }

  @Test func allTogetherAreBounded() throws {
    var list = ReportList()
    for number in 0..<ReportList.limit {
      #expect(list.add(try Self.report(number, from: "10.0.\(number / 250).\(number % 250)")) == .noted)
    }
    #expect(list.add(try Self.report(5_000, from: "192.0.2.1")) == .full)
    #expect(list.remove(of: [try #require(StoredName("7.jpg")), try #require(StoredName("x.jpg"))]).count == 1)
    #expect(list.add(try Self.report(5_000, from: "192.0.2.1")) == .noted)
  }

  @Test func theDocumentHasAllOfThem() throws {
    var list = ReportList()
    var report = try Self.report(1, from: "2001:db8::1")
    report.reason = "“bad”\n\u{0}\u{1F600}"
    #expect(list.add(report) == .noted)
    #expect(ReportList(list.json) == list)
    #expect(ReportList(["v": 1]) == nil)
  }

  @Test func reportsGoWithTheirPictureAndNotBefore() async throws {
    try await TestLoop.run {
      let fixture = try PictureFixture()
      let pictures = fixture.pictures
      let picture = try await fixture.upload(TestGIF.commented("a"))
      let gone = StoredName("gone.gif")
      for name in [picture.name, try #require(gone)] {
        let report = PictureReport(picture: name, reason: "bad", address: "192.0.2.1", at: Clock.now())
        #expect(try await pictures.report(report) == .noted)
      }
      #expect(try await pictures.reportedPictures().map(\.picture.name) == [picture.name])
      _ = try await pictures.trash([picture.name])
      #expect(try await pictures.reportedPictures().isEmpty)
      try await pictures.dropReportsOfMissing()
      _ = try await pictures.restore([picture.name])
      let reported = try await pictures.reportedPictures()
      #expect(reported.count == 1 && reported.first?.reports.first?.reason == "bad")
      #expect(try await pictures.dismissReports(of: [picture.name, try #require(gone)]) == [picture.name])
      #expect(try await pictures.reportedPictures().isEmpty)
    }
  }
}
