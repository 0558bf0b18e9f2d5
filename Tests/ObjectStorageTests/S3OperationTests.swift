import HTTPSemantics
import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct S3OperationTests {
  @Test(arguments: [
    ("GET", "/", "", "ListBuckets"),
    ("PUT", "/b", "", "CreateBucket"),
    ("GET", "/b", "", "ListObjects"),
    ("GET", "/b/", "list-type=2&prefix=x", "ListObjectsV2"),
    ("GET", "/b", "versions", "ListObjectVersions"),
    ("GET", "/b", "uploads", "ListMultipartUploads"),
    ("GET", "/b", "policyStatus", "GetBucketPolicyStatus"),
    ("PUT", "/b", "policy", "PutBucketDocument"),
    ("POST", "/b", "delete", "DeleteObjects"),
    ("POST", "/b", "", "PostObject"),
    ("GET", "/b/k", "", "GetObject"),
    ("GET", "/b/k", "attributes", "GetObjectAttributes"),
    ("GET", "/b/k/", "archive=zip", "GetArchive"),
    ("GET", "/b/k", "uploadId=1", "ListParts"),
    ("PUT", "/b/k", "partNumber=1&uploadId=1", "UploadPart"),
    ("POST", "/b/k", "uploads", "CreateMultipartUpload"),
    ("POST", "/b/k", "uploadId=1", "CompleteMultipartUpload"),
    ("DELETE", "/b/k", "uploadId=1", "AbortMultipartUpload"),
    ("DELETE", "/b/k", "", "DeleteObject"),
  ])
  func methodAddressAndSubresourceTellTheOperation(_ line: (String, String, String, String)) throws {
    #expect(S3OperationTable.entry(of: try operation(line.0, line.1, line.2))?.name == line.3)
  }

  @Test func everyOperationIsCountedUnderItsOwnName() {
    for entry in S3OperationTable.entries {
      #expect(S3Operation.names[S3Operation.index(entry.operation)] == entry.name)
    }
    #expect(Set(S3Operation.names) == Set(S3OperationTable.entries.map(\.name)).union(["none"]))
    #expect(Set(S3Operation.names).count == S3Operation.names.count && S3Operation.names.last == "none")
    #expect(S3Operation.index(nil) == S3Operation.names.count - 1)
  }

  @Test func copyIsAPutWithASource() throws {
    #expect(try operation("PUT", "/b/k", "", isCopy: true) == .copyObject)
    #expect(try operation("PUT", "/b/k", "partNumber=1&uploadId=1", isCopy: true) == .uploadPartCopy)
  }

  @Test(arguments: [("POST", "/", ""), ("PATCH", "/b", ""), ("POST", "/b/k", ""), ("PATCH", "/b/k", "")])
  func otherMethodsAreNotAllowed(_ line: (String, String, String)) {
    #expect { try operation(line.0, line.1, line.2) } throws: { ($0 as? S3Error)?.code == "MethodNotAllowed" }
  }

  @Test(arguments: [
    ("DELETE", "/b", "analytics&id=1"), ("PUT", "/b", "inventory"), ("DELETE", "/b", "lifecycle"),
    ("PUT", "/b", "website"), ("GET", "/b/k", "torrent"), ("PUT", "/b/k", "append&position=0"),
    ("DELETE", "/b/k", "annotation"), ("GET", "/b", "events=&prefix=&suffix="), ("GET", "/", "events=&ping=10"),
    ("PUT", "/b", "replication-reset"), ("GET", "/b/k", "lambdaArn=x"), ("DELETE", "/b", "unknown"),
    ("GET", "/b", "new"),
    ("PUT", "/b/k", "policy"), ("DELETE", "/b/k", "cors"), ("DELETE", "/b", "prefix=a/"), ("GET", "/", "acl"),
    ("DELETE", "/b/k", "partNumber=1"), ("POST", "/b/k", "uploads&member=a"), ("PUT", "/b/k", "unknown=1"),
  ])
  func whatThereIsNotIsNotDoneToTheWhole(_ line: (String, String, String)) {
    #expect { try operation(line.0, line.1, line.2) } throws: { ($0 as? S3Error)?.code == "NotImplemented" }
  }

  @Test(arguments: [
    ("DELETE", "/b", "delete"), ("POST", "/b", "acl"), ("GET", "/b/k", "uploads"), ("HEAD", "/b/k", "tagging"),
    ("HEAD", "/b", "acl"), ("DELETE", "/b", "policyStatus"),
  ])
  func subresourceIsNotTakenForTheWhole(_ line: (String, String, String)) {
    #expect { try operation(line.0, line.1, line.2) } throws: { ($0 as? S3Error)?.code == "MethodNotAllowed" }
  }

  @Test(arguments: [
    ("GET", "/b", "acl&policy"), ("PUT", "/b/k", "acl&tagging"), ("POST", "/b/k", "uploads&uploadId=1"),
    ("GET", "/b", "list-type=3"), ("PUT", "/b/k", "versionId=null"), ("POST", "/b/k", "uploads&versionId=1"),
    ("GET", "/b", "versionId=1"), ("GET", "/b/k/", "archive=zip&versionId=null"),
  ])
  func whatContradictsItselfIsRefused(_ line: (String, String, String)) {
    #expect { try operation(line.0, line.1, line.2) } throws: { ($0 as? S3Error)?.code == "InvalidArgument" }
  }

  @Test(arguments: [
    ("GET", "/b", "list-type=2&prefix=&delimiter=/&max-keys=1&metadata=true&x-id=ListObjectsV2"),
    ("GET", "/b/k", "1737720000"), ("GET", "/b/k", "v=3&x-id=GetObject"), ("PUT", "/b/k", "x-id=PutObject"),
    ("GET", "/b/k", "versionId=null&response-content-type=a%2Fb"), ("DELETE", "/b/k", "tagging&versionId=null"),
    ("PUT", "/b/k", "AWSAccessKeyId=a&Signature=b&Expires=1&content-type=a"),
    ("GET", "/b/k", "uploadId=1&max-parts=1"),
    ("PUT", "/b/k", "X-Amz-Algorithm=a&X-Amz-Signature=b&x-amz-acl=private"),
    ("GET", "/", "prefix=b&Version=2006-03-01"), ("GET", "/b", "bucket=b&key=foo.txt&etag=%22x%22"),
  ])
  func whatClientsAddIsTaken(_ line: (String, String, String)) throws {
    _ = try operation(line.0, line.1, line.2)
  }

  @Test(arguments: [
    ("lifecycle", "NoSuchLifecycleConfiguration"), ("object-lock", "ObjectLockConfigurationNotFoundError"),
  ])
  func whatIsNeverSetIsNotFound(_ name: String, _ code: String) throws {
    guard case .unset(let configuration) = try operation("GET", "/b", name) else { throw S3Error.internalError }
    #expect { try configuration.document() } throws: { ($0 as? S3Error)?.code == code }
  }

  @Test(arguments: [
    S3Operation.listBuckets, .createBucket, .deleteBucket, .headBucket, .listObjects, .listObjectsV2, .listVersions,
    .listUploads, .location, .versioning, .setVersioning, .policyStatus, .bucketACL, .setBucketACL, .deleteObjects,
    .postForm, .getObject, .headObject, .putObject, .copyObject, .deleteObject, .objectTags, .setObjectTags,
    .deleteObjectTags, .objectACL, .setObjectACL, .attributes, .archive, .createUpload, .uploadPart, .uploadPartCopy,
    .completeUpload, .abortUpload, .listParts, .document(.policy, .get), .document(.cors, .put),
    .document(.publicAccessBlock, .delete), .unset(.website), .unset(.objectLock),
  ])
  func everyOperationIsInTheTable(_ operation: S3Operation) {
    #expect(S3OperationTable.entry(of: operation) != nil)
    #expect(S3Operation.index(operation) < S3Operation.names.count - 1)
  }

  private func operation(
    _ method: String, _ path: String, _ query: String, isCopy: Bool = false
  ) throws -> S3Operation {
    try S3Operation(
      HTTPMethod(rawValue: method), S3Address(rawPath: Array(path.utf8)), QueryParameters(parsing: Array(query.utf8)),
      isCopy: isCopy)
  }
}
