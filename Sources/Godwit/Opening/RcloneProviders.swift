// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The makes of S3 stores that rclone's configuration names (https://rclone.org/s3/#s3-provider), in lower case.
enum RcloneProviders {
    static let names: Set<String> = [
        "aws", "alibaba", "arvancloud", "bizflycloud", "ceph", "chinamobile", "cloudflare", "cubbit", "digitalocean",
        "dreamhost", "exaba", "fastly", "filelu", "flashblade", "gcs", "hcp", "hetzner", "huaweiobs", "ibmcos",
        "idrive",
        "intercolo", "ionos", "leviia", "liara", "linode", "lyvecloud", "magalu", "mega", "minio", "netease", "other",
        "outscale", "ovhcloud", "petabox", "qiniu", "rabata", "rackcorp", "rclone", "scaleway", "seaweedfs", "selectel",
        "servercore", "spectralogic", "stackpath", "storj", "synology", "tencentcos", "us3", "wasabi", "zata",
    ]
}
