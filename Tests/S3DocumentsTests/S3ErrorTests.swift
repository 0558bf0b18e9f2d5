import HTTPSemantics
import S3Documents
import Testing

@Suite struct S3ErrorTests {
  private let subject = ErrorSubject(
    resource: "/photos1/a%20b", bucket: "photos1", key: "a b", requestID: "R1", hostID: "H1")

  @Test func documentNamesWhatWasAskedFor() {
    #expect(
      S3Error.noSuchKey.document(subject).text == declaration
        + "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
        + "<BucketName>photos1</BucketName><Key>a b</Key><Resource>/photos1/a%20b</Resource>"
        + "<RequestId>R1</RequestId><HostId>H1</HostId></Error>")
  }

  @Test func documentOfTheServiceHasNoBucket() {
    let subject = ErrorSubject(resource: "/", requestID: "R", hostID: "H")
    #expect(
      S3Error.accessDenied().document(subject).text == declaration
        + "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><Resource>/</Resource>"
        + "<RequestId>R</RequestId><HostId>H</HostId></Error>")
  }

  @Test func detailsStandBeforeTheResource() {
    let error = S3Error.invalidArgument("Bad <value>", name: "max-keys", value: "\"x\"")
    #expect(
      error.document(subject).text.contains(
        "<Message>Bad &lt;value&gt;</Message><ArgumentName>max-keys</ArgumentName>"
          + "<ArgumentValue>&quot;x&quot;</ArgumentValue><BucketName>photos1</BucketName>"))
  }

  @Test func detailsWithoutValueAreLeftOut() {
    #expect(S3Error.invalidArgument("m").details.isEmpty)
    #expect(S3Error.entityTooLarge(maximum: 5).details.map(\.name) == ["MaxSizeAllowed"])
  }

  @Test func errorAboutAnotherBucketDoesNotNameTheRequestsOwn() {
    let document = S3Error.noSuchKey.about(bucket: "source", key: "k").document(subject).text
    #expect(document.contains("<BucketName>source</BucketName><Key>k</Key>"))
    #expect(!document.contains("photos1</BucketName>"))
    #expect(S3Error.noSuchKey.about(bucket: "a").about(bucket: "b") == S3Error.noSuchKey.about(bucket: "b"))
  }

  @Test(
    arguments: [
      (.accessControlListNotSupported, "AccessControlListNotSupported", 400),
      (.accessDenied(), "AccessDenied", 403),
      (.accessForbidden(method: "PUT", resourceType: "OBJECT"), "AccessForbidden", 403),
      (.badDigest(expected: "a", calculated: "b"), "BadDigest", 400),
      (.badRequest("m"), "BadRequest", 400),
      (.bucketAlreadyExists, "BucketAlreadyExists", 409),
      (.bucketAlreadyOwnedByYou, "BucketAlreadyOwnedByYou", 409),
      (.bucketNotEmpty, "BucketNotEmpty", 409),
      (.conditionalRequestConflict, "ConditionalRequestConflict", 409),
      (.entityTooLarge(maximum: 1), "EntityTooLarge", 400),
      (.entityTooSmall(proposedSize: 0, minimum: 1), "EntityTooSmall", 400),
      (.illegalVersioningConfigurationException, "IllegalVersioningConfigurationException", 400),
      (.incompleteBody, "IncompleteBody", 400),
      (.internalError, "InternalError", 500),
      (.invalidArgument("m"), "InvalidArgument", 400),
      (.invalidBucketAclWithObjectOwnership, "InvalidBucketAclWithObjectOwnership", 400),
      (.invalidBucketName("A"), "InvalidBucketName", 400),
      (.invalidLocationConstraint("x"), "InvalidLocationConstraint", 400),
      (.invalidPart(uploadID: "u", partNumber: 1, etag: "e"), "InvalidPart", 400),
      (.invalidPartOrder, "InvalidPartOrder", 400),
      (.invalidRange(requested: "bytes=9-", size: 3), "InvalidRange", 416),
      (.invalidRequest("m"), "InvalidRequest", 400),
      (.invalidStorageClass("x"), "InvalidStorageClass", 400),
      (.invalidTag("m"), "InvalidTag", 400),
      (.invalidURI(), "InvalidURI", 400),
      (.keyTooLongError(size: 1025, maximum: 1024), "KeyTooLongError", 400),
      (.malformedACLError(), "MalformedACLError", 400),
      (.malformedPOSTRequest, "MalformedPOSTRequest", 400),
      (.malformedPolicy("m"), "MalformedPolicy", 400),
      (.malformedXML, "MalformedXML", 400),
      (.maxMessageLengthExceeded, "MaxMessageLengthExceeded", 400),
      (.metadataTooLarge(size: 2049, maximum: 2048), "MetadataTooLarge", 400),
      (.methodNotAllowed(.put, resourceType: "SERVICE"), "MethodNotAllowed", 405),
      (.missingContentLength, "MissingContentLength", 411),
      (.missingRequestBodyError, "MissingRequestBodyError", 400),
      (.noSuchBucket, "NoSuchBucket", 404),
      (.noSuchBucketPolicy, "NoSuchBucketPolicy", 404),
      (.noSuchCORSConfiguration, "NoSuchCORSConfiguration", 404),
      (.noSuchKey, "NoSuchKey", 404),
      (.noSuchLifecycleConfiguration, "NoSuchLifecycleConfiguration", 404),
      (.noSuchPublicAccessBlockConfiguration, "NoSuchPublicAccessBlockConfiguration", 404),
      (.noSuchTagSet, "NoSuchTagSet", 404),
      (.noSuchUpload("u"), "NoSuchUpload", 404),
      (.noSuchVersion("v"), "NoSuchVersion", 404),
      (.noSuchWebsiteConfiguration, "NoSuchWebsiteConfiguration", 404),
      (.notImplemented(), "NotImplemented", 501),
      (.objectAlreadyExists, "ObjectAlreadyExists", 409),
      (.objectLockConfigurationNotFoundError, "ObjectLockConfigurationNotFoundError", 404),
      (.ownershipControlsNotFoundError, "OwnershipControlsNotFoundError", 404),
      (.preconditionFailed(condition: "If-Match"), "PreconditionFailed", 412),
      (.replicationConfigurationNotFoundError, "ReplicationConfigurationNotFoundError", 404),
      (.requestTimeout, "RequestTimeout", 400),
      (.serverSideEncryptionConfigurationNotFoundError, "ServerSideEncryptionConfigurationNotFoundError", 404),
      (.serviceUnavailable, "ServiceUnavailable", 503),
      (.slowDown, "SlowDown", 503),
      (.storageFull, "StorageFull", 507),
      (.unresolvableGrantByEmailAddress("a@b"), "UnresolvableGrantByEmailAddress", 400),
      (.userKeyMustBeSpecified, "UserKeyMustBeSpecified", 400),
    ] as [(S3Error, String, Int)])
  func codesHaveTheirStatus(error: S3Error, code: String, status: Int) {
    #expect(error.code == code)
    #expect(error.status.code == status)
    #expect(!error.message.isEmpty)
  }
}
