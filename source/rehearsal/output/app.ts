const noTime = '0001-01-01T00:00:00Z';
const none = {Nodes: null};
const noImage = {Registry: '', Repository: '', Tag: '', Version: '', Digest: ''};

const emptyOrganization = {
	ID: '',
	InternalNumericID: '',
	Name: '',
	RemoteBuilderImage: '',
	RemoteBuilderApp: null,
	Slug: '',
	RawSlug: '',
	Type: '',
	PaidPlan: false,
	Billable: false,
	Settings: null,
	AllowedReplaySourceOrgSlugs: null,
	AllowAllCrossNetworkReplays: false,
	WireGuardPeer: null,
	WireGuardPeers: {Nodes: null, Edges: null},
	DelegatedWireGuardTokens: {Nodes: null, Edges: null},
	LoggedCertificates: null,
};

const emptyCertificate = {
	ID: '',
	AcmeDNSConfigured: false,
	AcmeALPNConfigured: false,
	Configured: false,
	CertificateAuthority: '',
	CreatedAt: noTime,
	DNSProvider: '',
	DNSValidationInstructions: '',
	DNSValidationHostname: '',
	DNSValidationTarget: '',
	Hostname: '',
	Source: '',
	ClientStatus: '',
	IsApex: false,
	IsWildcard: false,
	ValidationErrors: null,
	Issued: none,
};

type Fields = Readonly<Record<string, unknown>> & {readonly Organization: Readonly<Record<string, unknown>>};

/** flyctl's App object: most fields empty, their names Go's. */
export function formatApp(name: string, fields: Fields): Readonly<Record<string, unknown>> {
	const empty = {
		ID: name,
		InternalNumericID: 0,
		Name: name,
		State: '',
		Status: 'pending',
		Deployed: false,
		Hostname: `${name}.fly.dev`,
		AppURL: '',
		Version: 0,
		NetworkID: 0,
		Network: '',
		Release: null,
		Organization: emptyOrganization,
		Secrets: null,
		CurrentRelease: null,
		Releases: none,
		IPAddresses: none,
		EgressIpAddresses: none,
		SharedIPAddress: '',
		CNAMETarget: '',
		IPAddress: null,
		Certificates: none,
		Certificate: emptyCertificate,
		PostgresAppRole: null,
		Image: null,
		ImageUpgradeAvailable: false,
		ImageVersionTrackingEnabled: false,
		ImageDetails: noImage,
		LatestImageDetails: noImage,
		PlatformVersion: 'machines',
		Machines: none,
		CurrentLock: null,
	};
	return {...empty, ...fields, Organization: {...emptyOrganization, ...fields.Organization}};
}
