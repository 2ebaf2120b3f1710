// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The options of each kind of remote, by rclone's names (https://rclone.org/s3/).
enum OptionNames {
    /// Options of any remote.
    static let general: Set<String> = ["type", "description"]

    /// Those of S3 that have an effect.
    static let s3: Set<String> = [
        "provider", "env_auth", "access_key_id", "secret_access_key", "session_token", "region", "endpoint",
        "location_constraint", "acl", "requester_pays", "server_side_encryption", "sse_kms_key_id", "storage_class",
        "shared_credentials_file", "profile", "force_path_style", "use_dual_stack", "use_fips_endpoint",
        "use_accelerate_endpoint", "list_chunk", "payload_mode", "use_unsigned_payload", "no_check_certificate",
        "ca_bundle", "content_type",
        "checksum_algorithm", "chunk_size", "upload_cutoff", "copy_cutoff", "upload_concurrency", "role_arn",
        "role_session_name", "role_session_duration", "role_external_id", "sse_customer_algorithm", "sse_customer_key",
        "sse_customer_key_base64", "sse_customer_key_md5", "sse_kms_context", "sse_bucket_key",
        "version_at", "version_id", "use_arn_region", "directory_bucket",
    ]

    /// Those that say what the store does, where the provider says something else.
    static let s3Store: Set<String> = [
        "takes_unsigned_payload", "upload_checksum", "takes_md5", "etag_is_md5", "use_multipart_etag", "list_version",
        "list_url_encode", "listing_order", "delete_batch_max", "stores_directory_markers", "conditions", "attributes",
        "counts_tags", "tags_uploads", "storage_classes", "copies_server_side", "copies_honour_conditions",
        "copies_tags", "copies_parts", "copies_parts_of_escaped_keys", "chunked_bodies", "keeps_chunked_encoding",
        "lists_versions", "loses_keys_between_pages", "takes_customer_keys",
    ]

    /// Those of S3 that only tune how rclone works: an existing configuration may have them.
    static let s3Ignored: Set<String> = [
        "bucket_acl", "disable_checksum", "max_upload_parts", "leave_parts_on_error", "no_check_bucket", "no_head",
        "no_head_object", "encoding", "disable_http2", "download_url", "directory_markers",
        "use_presigned_request", "use_data_integrity_protections", "might_gzip", "use_accept_encoding_gzip",
        "no_system_metadata", "use_already_exists", "use_multipart_uploads", "list_versions_oldest_first",
        "use_x_id", "sign_accept_encoding", "sdk_log_mode", "memory_pool_flush_time",
        "memory_pool_use_mmap", "object_lock_supported", "bypass_governance_retention", "object_lock_set_after_upload",
        "v2_auth",
        "decompress", "version_deleted", "ibm_iam_endpoint", "ibm_resource_instance_id",
    ]

    /// Those of S3 that godwit lacks and that change what is stored or who signs: to pass over them would be wrong.
    static let s3Refused: Set<String> = [
        "versions", "object_lock_mode", "object_lock_retain_until_date", "object_lock_legal_hold_status",
        "bucket_object_lock_enabled", "ibm_api_key",
    ]

    /// Options that are never shown.
    static let secrets: Set<String> = [
        "secret_access_key", "session_token", "sse_customer_key", "sse_customer_key_base64", "ibm_api_key", "pass",
        "password", "token", "client_secret",
    ]

    /// All that may be given for a remote of this kind, whether or not it has an effect.
    static func known(to kind: RemoteKind) -> Set<String> {
        switch kind {
        case .s3: general.union(s3).union(s3Store).union(s3Ignored).union(s3Refused)
        case .local, .memory: general
        }
    }
}
