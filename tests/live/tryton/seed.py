"""Sets a fresh Tryton 6.0 database up through its JSON-RPC, as its desktop client would, and prints KEY=VALUE lines.

Currencies, company, chart of accounts, this fiscal year with monthly periods, a store credit liability account with its
journal, an integration user, a few parties. What is there already is left as it is.
"""
import base64
import datetime
import itertools
import json
import sys
import urllib.request

URL, DATABASE, USER, PASSWORD = sys.argv[1:5]
counter = itertools.count()
session = None
context = {}


def raw(method, *params):
    headers = {'Content-Type': 'application/json'}
    if session:
        headers['Authorization'] = 'Session ' + session
    body = json.dumps({'id': next(counter), 'method': method, 'params': params}).encode()
    with urllib.request.urlopen(urllib.request.Request(f'{URL}/{DATABASE}/', body, headers)) as response:
        answer = json.load(response)
    if 'error' in answer:
        raise SystemExit(f'{method}: {answer["error"]}')
    return answer['result']


def call(method, *params):
    return raw(method, *params, context)


def find(model, *domain):
    return (call(f'model.{model}.search', list(domain), 0, 1, None) or [None])[0]


def ensure(model, domain, values):
    found = find(model, *domain)
    return found if found else call(f'model.{model}.create', [values])[0]


def date(d):
    return {'__class__': 'date', 'year': d.year, 'month': d.month, 'day': d.day}


def dec(text):
    return {'__class__': 'Decimal', 'decimal': text}


def login():
    global session
    uid, key = raw('common.db.login', USER, {'password': PASSWORD}, 'en')
    session = base64.b64encode(f'{USER}:{uid}:{key}'.encode()).decode()
    context.update(raw('model.res.user.get_preferences', True, {}))
    return uid


uid = login()

# --- currencies and the company ------------------------------------------------
usd = ensure('currency.currency', [['code', '=', 'USD']], {
    'name': 'US Dollar', 'symbol': '$', 'code': 'USD', 'numeric_code': '840', 'digits': 2, 'rounding': dec('0.01'),
    'rates': [['create', [{'date': date(datetime.date(2020, 1, 1)), 'rate': dec('1')}]]]})
ensure('currency.currency', [['code', '=', 'EUR']], {
    'name': 'Euro', 'symbol': '€', 'code': 'EUR', 'numeric_code': '978', 'digits': 2, 'rounding': dec('0.01'),
    'rates': [['create', [{'date': date(datetime.date(2020, 1, 1)), 'rate': dec('0.9')}]]]})
company_party = ensure('party.party', [['name', '=', 'Example Stores']], {'name': 'Example Stores'})
company = ensure('company.company', [['party', '=', company_party]], {'party': company_party, 'currency': usd})
call('model.res.user.write', [uid], {'companies': [['add', [company]]], 'company': company})
login()
assert context['company'] == company

# --- chart of accounts: a wizard, run state by state ----------------------------
if not find('account.account'):
    template = find('account.account.template', ['parent', '=', None], ['name', 'ilike', '%Minimal%Account%Chart%'])
    template = template or find('account.account.template', ['parent', '=', None])
    wizard, _, _ = call('wizard.account.create_chart.create')
    call('wizard.account.create_chart.execute', wizard,
         {'account': {'company': company, 'account_template': template}}, 'create_account')
    receivable = find('account.account', ['type.receivable', '=', True], ['company', '=', company])
    payable = find('account.account', ['type.payable', '=', True], ['company', '=', company])
    call('wizard.account.create_chart.execute', wizard,
         {'properties': {'company': company, 'account_receivable': receivable, 'account_payable': payable}},
         'create_properties')
    call('wizard.account.create_chart.delete', wizard)

# --- fiscal year and its periods -------------------------------------------------
year = datetime.date.today().year


def sequence(model, name, kind):
    type_ = find('ir.sequence.type', ['name', '=', kind])
    return ensure(model, [['name', '=', name]], {'name': name, 'sequence_type': type_, 'company': company})


for y in (year - 1, year, year + 1):
    if find('account.fiscalyear', ['name', '=', str(y)]):
        continue
    values = {
        'name': str(y), 'company': company,
        'start_date': date(datetime.date(y, 1, 1)), 'end_date': date(datetime.date(y, 12, 31)),
        'post_move_sequence': sequence('ir.sequence', f'Moves {y}', 'Account Move'),
    }
    fiscalyear = call('model.account.fiscalyear.create', [values])[0]
    call('model.account.fiscalyear.create_period', [fiscalyear])

# --- what store credit is booked with ---------------------------------------------
root = find('account.account', ['parent', '=', None], ['company', '=', company])
payable = find('account.account', ['type.payable', '=', True], ['company', '=', company])
payable_type = call('model.account.account.read', [payable], ['type'])[0]['type']
parent_type = call('model.account.account.type.read', [payable_type], ['parent', 'statement'])[0]
liability = ensure('account.account.type', [['name', '=', 'Store Credit Liability']], {
    'name': 'Store Credit Liability', 'company': company, 'parent': parent_type['parent'], 'statement': 'balance'})
ensure('account.account', [['code', '=', '2150']], {
    'name': 'Store Credit', 'code': '2150', 'company': company, 'parent': root, 'type': liability,
    'party_required': True, 'reconcile': False})
revenue_type = call('model.account.account.read',
                    [find('account.account', ['type.revenue', '=', True], ['company', '=', company])], ['type'])[0]['type']
ensure('account.account', [['code', '=', '4900']], {
    'name': 'Sales Returns', 'code': '4900', 'company': company, 'parent': root, 'type': revenue_type})
ensure('account.journal', [['code', '=', 'SC']], {
    'name': 'Store Credit', 'code': 'SC', 'type': 'general',
    'sequence': sequence('ir.sequence', 'Store Credit', 'Account Journal')})   # without one, moves get no number

# --- an integration user with accounting rights, no administrator -------------------
hub_groups = [g['id'] for g in call('model.res.group.search_read', [], 0, None, None, ['name'])
              if g['name'] == 'Account']
ensure('res.user', [['login', '=', 'hub']], {
    'name': 'Hub', 'login': 'hub', 'password': 'hub-pass-1', 'companies': [['add', [company]]], 'company': company,
    'groups': [['add', hub_groups]]})

# --- parties: the same people in every system that the scripts of this folder seed -----
for name, email, phone in (
        ('Ada Lovelace', 'ada@example.com', '+12025550101'),
        ('Bob Tables', 'bob@example.com', '+12025550102'),
        ("Chloé O'Hara-Łuk", 'chloe@example.com', '+4930901820')):
    ensure('party.party', [['name', '=', name]], {
        'name': name,
        'addresses': [['create', [{'street': '1 Main St', 'city': 'Springfield'}]]],
        'contact_mechanisms': [['create', [{'type': 'email', 'value': email}, {'type': 'phone', 'value': phone}]]]})

print(f'TRYTON_HUB_USER=hub\nTRYTON_HUB_PASSWORD=hub-pass-1\nTRYTON_COMPANY={company}')
