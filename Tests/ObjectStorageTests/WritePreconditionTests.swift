import HTTPSemantics
import Posix
import S3Documents
import Storage
import Testing

@testable import ObjectStorage

struct WritePreconditionTests {
  static let stored = "900150983cd24fb0d6963f7d28e17f72"

  @Test(
    arguments: [
      ([:], .holds, .holds),
      (["If-None-Match": "*"], .holds, .fails),
      (["If-None-Match": stored], .holds, .fails),
      (["If-None-Match": "\"\(stored)\""], .holds, .fails),
      (["If-None-Match": "\"other\""], .holds, .holds),
      (["If-Match": "*"], .missing, .holds),
      (["If-Match": "\"other\", \"\(stored)\""], .missing, .holds),
      (["If-Match": "other"], .missing, .fails),
      (["If-Match": ""], .missing, .fails),
      (["If-Match": stored, "If-None-Match": "*"], .missing, .fails),
    ] as [(HeaderFields, Precondition.Outcome, Precondition.Outcome)])
  func writesAreMadeUnderConditions(
    headers: HeaderFields, absent: Precondition.Outcome, present: Precondition.Outcome
  ) {
    let precondition = WriteCondition(headers).precondition
    let object = ObjectMetadata(
      etag: Self.stored, size: 3, modified: Timestamp(seconds: 1), contentType: "text/plain", owner: "anna")
    #expect(precondition.evaluate(nil) == absent)
    #expect(precondition.evaluate(object) == present)
    #expect(precondition.isEmpty == headers.fields.isEmpty)
  }
}
