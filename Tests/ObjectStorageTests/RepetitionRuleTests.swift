import HTTPSemantics
import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct RepetitionRuleTests {
  private func refused(_ fields: HeaderFields = [:], _ query: String = "") throws -> String? {
    let parameters = try QueryParameters(parsing: Array(query.utf8))
    do throws(S3Error) {
      try RepetitionRule.check(fields, parameters)
    } catch {
      #expect(error.code == "InvalidArgument" && error.status == .badRequest)
      return error.details.first { $0.name == "ArgumentName" }?.value
    }
    return nil
  }

  @Test(arguments: [
    "x-amz-acl", "x-amz-copy-source", "x-amz-grant-read", "x-amz-tagging", "x-amz-date", "content-type", "range",
    "authorization", "referer",
  ])
  func fieldOfOneValueStandsOnce(_ name: String) throws {
    #expect(try refused([name: "a", "x-amz-other": "b"]) == nil)
    #expect(try refused([name: "a", "x-amz-other": "b", name.uppercased(): "a"]) == name)
  }

  @Test func listsAndMetadataMayRepeat() throws {
    for name in ["x-amz-meta-author", "x-amz-object-attributes", "cache-control", "if-match", "via", "x-unknown"] {
      #expect(try refused([name: "a", name: "b"]) == nil)
    }
  }

  @Test(arguments: [
    ("prefix=secret/&prefix=allowed/", "prefix"), ("list-type=2&list-type=2", "list-type"), ("acl&acl", "acl"),
    ("versionId=null&versionId=null", "versionId"), ("x-amz-acl=private&X-Amz-Acl=public-read", "X-Amz-Acl"),
    ("archive=zip&member=a&member=b&archive=zip", "archive"), ("foo=1&foo=2", "foo"), ("prefix=%ff", "prefix"),
  ])
  func parameterStandsOnce(_ query: String, _ name: String) throws {
    #expect(try refused([:], query) == name)
  }

  @Test func membersOfAnArchiveMayRepeat() throws {
    #expect(try refused([:], "archive=zip&member=a&member=b") == nil)
    #expect(try refused([:], "events=s3:ObjectCreated:*&events=s3:ObjectRemoved:*") == nil)
  }
}
