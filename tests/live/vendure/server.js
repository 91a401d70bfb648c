// Vendure with the store credit plugin, on loopback. Settings come from the environment; see ./start.
const fs = require('fs');
const { bootstrap, DefaultLogger, LogLevel, CountryService, RequestContextService, LanguageCode } = require('@vendure/core');
const { populateInitialData } = require('@vendure/core/cli');
const { StoreCreditPlugin } = require('@pinelab/vendure-plugin-store-credit');

const env = process.env;

const config = {
    apiOptions: { hostname: '127.0.0.1', port: Number(env.VENDURE_PORT), adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
    authOptions: {
        tokenMethod: ['bearer', 'api-key'],
        superadminCredentials: { identifier: env.VENDURE_ADMIN, password: env.VENDURE_PASSWORD },
        requireVerification: false,
    },
    dbConnectionOptions: {
        type: 'postgres',
        host: '127.0.0.1',
        port: Number(env.VENDURE_DB_PORT),
        username: 'live',
        database: env.VENDURE_DB,
        synchronize: true,
        logging: false,
        extra: { max: 20 },
    },
    logger: new DefaultLogger({ level: LogLevel.Info, timestamp: true }),
    paymentOptions: { paymentMethodHandlers: [] },
    plugins: [StoreCreditPlugin.init({})],
};

const initialData = {
    defaultLanguage: LanguageCode.en,
    defaultZone: 'Americas',
    taxRates: [{ name: 'Zero Tax', percentage: 0 }],
    shippingMethods: [],
    paymentMethods: [],
    countries: [{ name: 'United States', code: 'US', zone: 'Americas' }],
    collections: [],
};

(async () => {
    const app = await bootstrap(config);
    const ctx = await app.get(RequestContextService).create({ apiType: 'admin' });
    const { totalItems } = await app.get(CountryService).findAll(ctx);
    if (totalItems === 0) await populateInitialData(app, initialData);
    fs.writeFileSync(env.VENDURE_READY, String(process.pid));
    for (const signal of ['SIGTERM', 'SIGINT']) {
        process.on(signal, async () => {
            await app.close();
            process.exit(0);
        });
    }
})().catch(err => {
    console.error(err);
    process.exit(1);
});
