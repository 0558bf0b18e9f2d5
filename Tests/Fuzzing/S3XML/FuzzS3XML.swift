import HTTPSemantics

@testable import S3Documents

/// Feeds any bytes to the XML parser and to every document that clients send, and checks that what is accepted is the
/// same after it was written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3XML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do throws(XMLError) {
    let root = try XMLParser.parse(bytes)
    precondition(depth(root) <= XMLParser.Limits().depth, "deeper than its limit")
    checkWriting(root)
  } catch {
    precondition((0...count).contains(error.offset), "a fault outside the document")
  }
  checkTags(bytes)
  _ = try? DeleteRequest(bytes)
  _ = try? CompleteMultipartUploadRequest(bytes)
  _ = try? CreateBucketConfiguration(bytes)
  _ = try? AccessControlPolicy(document: bytes)
  _ = try? CORSConfiguration(document: bytes)
  _ = try? ObjectOwnership(document: bytes)
  _ = try? PublicAccessBlock(document: bytes)
  _ = try? VersioningConfiguration(document: bytes)
  return 0
}

private func depth(_ element: XMLElement) -> Int { 1 + (element.children.map(depth).max() ?? 0) }

/// A document of the same elements. Characters that XML has no way to write cannot have been read.
private func checkWriting(_ root: XMLElement) {
  guard let again = try? XMLParser.parse(Array(text(root).utf8)) else {
    preconditionFailure("it is refused once written")
  }
  precondition(again == root, "it is something else once written")
}

private func text(_ element: XMLElement) -> String {
  "<\(element.name)>\(element.children.map(text).joined())\(XML.escape(element.text))</\(element.name)>"
}

private func checkTags(_ bytes: [UInt8]) {
  guard let tags = try? TagSet(document: bytes, limit: 10) else { return }
  precondition(tags.tags.count <= 10 && Set(tags.tags.map(\.key)).count == tags.tags.count)
  for tag in tags.tags { precondition(tag.key.unicodeScalars.count <= 128 && tag.value.unicodeScalars.count <= 256) }
}
