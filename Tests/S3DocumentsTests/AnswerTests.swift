import Testing

@testable import S3Documents

/// Documents of other servers, as those were seen to write them and as they ought not to be.
@Suite struct AnswerTests {
  private static let declaration = #"<?xml version="1.0" encoding="UTF-8"?>"#

  @Test func errorIsReadWithItsRequest() {
    let text = """
      \(Self.declaration)
      <Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a</Key>\
      <RequestId>17C2B1</RequestId><HostId>h</HostId></Error>
      """
    let answer = ErrorAnswer(parsing: Array(text.utf8))
    #expect(answer?.code == "NoSuchKey" && answer?.message == "The specified key does not exist.")
    #expect(answer?.requestID == "17C2B1")
  }

  @Test(arguments: [
    "", "<html><body>Bad Gateway</body></html>", "<Error><Message>no code</Message></Error>",
    "<Error><Code> </Code></Error>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Error><Code>&e;</Code></Error>", "<Error><Code>cut",
    "<Error><Code>Large</Code><Message>" + String(repeating: "m", count: 70_000) + "</Message></Error>",
  ])
  func whatIsNoErrorDocumentIsNone(text: String) {
    #expect(ErrorAnswer(parsing: Array(text.utf8)) == nil)
  }

  private static func page(_ content: String) -> [UInt8] {
    Array(
      (declaration + #"<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"# + content
        + "</ListBucketResult>").utf8)
  }

  @Test func pageIsReadWithDecodedKeys() throws {
    let page = try ListedObjects(
      parsing: Self.page(
        """
        <Name>b</Name><Prefix>p%2F</Prefix><EncodingType>url</EncodingType><MaxKeys>2</MaxKeys>
        <IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>
        <Contents><Key>p/a+b%2Bc%0A%D1%84</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>
        <ETag>&quot;00ff&quot;</ETag><Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>
        <Contents><Key>p/z</Key><Size>0</Size></Contents>
        """))
    #expect(page.nextToken == "t&1")
    #expect(
      page.entries == [
        ListedObjects.Entry(key: "p/a b+c\n\u{444}", size: 12, entityTag: "00ff", modified: 1_767_323_045),
        ListedObjects.Entry(key: "p/z", size: 0, entityTag: "", modified: nil),
      ])
  }

  @Test func keysThatAreNotEncodedStayAsTheyAre() throws {
    let page = try ListedObjects(
      parsing: Self.page("<IsTruncated>false</IsTruncated><Contents><Key>a+b%20</Key><Size>1</Size></Contents>"))
    #expect(page.entries.map(\.key) == ["a+b%20"] && page.nextToken == nil)
  }

  @Test(arguments: [
    "<IsTruncated>true</IsTruncated>", "<IsTruncated>true</IsTruncated><NextContinuationToken></NextContinuationToken>",
    "<Contents><Key>a</Key></Contents>", "<Contents><Size>1</Size></Contents>",
    "<Contents><Key>a</Key><Size>-1</Size></Contents>", "<EncodingType>base64</EncodingType>",
    "<EncodingType>url</EncodingType><Contents><Key>%FF</Key><Size>1</Size></Contents>",
    "<EncodingType>url</EncodingType><Contents><Key>%4</Key><Size>1</Size></Contents>",
  ])
  func pageThatIsNotUnderstoodIsRefused(content: String) {
    #expect(throws: S3Error.self) { try ListedObjects(parsing: Self.page(content)) }
  }

  @Test func errorInPlaceOfAPageIsRefused() {
    #expect(throws: S3Error.self) { try ListedObjects(parsing: Array("<Error><Code>X</Code></Error>".utf8)) }
  }
}
