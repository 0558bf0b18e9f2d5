import Storage
import HTTPSemantics
import Testing
import WebService

@testable import ImageHost

struct UploadOptionsTests {
  private func options(_ query: String) throws -> UploadOptions {
    try UploadOptions(try QueryParameters(parsing: Array(query.utf8)))
  }

  @Test func nothingAskedIsAPublicPictureForGood() throws {
    let options = try options("")
    #expect(options.visibility == .public)
    #expect(options.lifetime == nil)
    #expect(!options.keepsMetadata)
  }

  @Test(arguments: [("60", Int64(60)), ("1h", 3_600), ("7d", 604_800), ("1", 1), ("316224000", 316_224_000)])
  func timesToLive(text: String, seconds: Int64) throws {
    #expect(try options("expires=\(text)").lifetime == seconds)
  }

  @Test(arguments: [
    "expires=0", "expires=-1", "expires=1x", "expires=1.5h", "expires=316224001", "expires=99999999999999999999",
    "visibility=secret", "visibility=PUBLIC", "metadata=yes",
  ])
  func senselessOnesAreRefused(query: String) {
    #expect(throws: Problem.self) { try options(query) }
  }

  @Test func optionsComeByTheQueryOrByTheForm() throws {
    let asked = try options("visibility=unlisted&metadata=keep")
    #expect(asked.visibility == .unlisted && asked.keepsMetadata)
    var options = try options("")
    try options.set("visibility", "unlisted")
    try options.set("metadata", "keep")
    #expect(options == asked)
  }

  @Test func emptyFieldsAreThoseThatWereNotFilledIn() throws {
    var options = try options("expires=&visibility=")
    try options.set("token", "")
    #expect(options.lifetime == nil && options.token == nil)
  }

  @Test func tokenComesByTheFormOnly() throws {
    #expect(try options("token=x").token == nil)
    var options = try options("")
    try options.set("token", "x")
    #expect(options.token == "x")
  }
}
