import {accessKeyId} from '../../source/questions/access-key-id.ts';
import {adopt} from '../../source/questions/adopt.ts';
import {app} from '../../source/questions/app.ts';
import {bucket} from '../../source/questions/bucket.ts';
import {domain} from '../../source/questions/domain.ts';
import {endpoint} from '../../source/questions/endpoint.ts';
import {image} from '../../source/questions/image.ts';
import {mailKey} from '../../source/questions/mail-key.ts';
import {org} from '../../source/questions/org.ts';
import {prefix} from '../../source/questions/prefix.ts';
import {r2AccountId} from '../../source/questions/r2-account-id.ts';
import {r2Jurisdiction} from '../../source/questions/r2-jurisdiction.ts';
import {region} from '../../source/questions/region.ts';
import {restore} from '../../source/questions/restore.ts';
import {secretAccessKey} from '../../source/questions/secret-access-key.ts';
import {storage} from '../../source/questions/storage.ts';
import {storageRegion} from '../../source/questions/storage-region.ts';
import {vmMemory} from '../../source/questions/vm-memory.ts';
import {vmSize} from '../../source/questions/vm-size.ts';
import {volumeSize} from '../../source/questions/volume-size.ts';

export const allQuestions = [
	app,
	adopt,
	org,
	region,
	volumeSize,
	vmSize,
	vmMemory,
	domain,
	mailKey,
	storage,
	r2AccountId,
	r2Jurisdiction,
	endpoint,
	storageRegion,
	bucket,
	prefix,
	accessKeyId,
	secretAccessKey,
	restore,
	image,
];
